package org.iommulab.backend.ipmmu;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A master as its firmware description has it: {@code dev_iommu_priv}, and the ids of its {@code iommu_fwspec}. */
final class IpmmuMaster extends SimObject {
    private final Device device;
    private final RefCell<IpmmuDevice> mmu;
    private final LongCell ids;

    private IpmmuMaster(Device device) {
        super(device.machine());
        this.device = device;
        this.mmu = new RefCell<>(this, Lane.DRIVER, Term.reference("priv"), IpmmuDevice.class);
        this.ids = new LongCell(this, Lane.DRIVER, Term.count("fwspec.num_ids"));
    }

    /** to_ipmmu, with what belongs to it; empty for a device that was never translated. */
    static Optional<IpmmuMaster> of(Device device) {
        return DevIommu.privOf(device, IpmmuMaster.class);
    }

    /** iommu_fwspec_add_ids, and ipmmu_init_platform_device the first time. */
    static void add(Device device, IpmmuDevice mmu) {
        IpmmuMaster master = of(device).orElseGet(() -> {
            var made = new IpmmuMaster(device);
            DevIommu.find(device).orElseThrow().priv().set(made);
            made.mmu.set(mmu);
            return made;
        });
        master.ids.add(1);
    }

    @Override
    public String label() {
        return device.label() + " fwspec";
    }

    IpmmuDevice mmu() {
        return mmu.require();
    }

    /** Its micro-TLBs in the order of its {@code iommus} entries. */
    List<Integer> microTlbs() {
        return device.iommus().stream().limit(ids.get()).map(IommuSpec::id).toList();
    }
}
