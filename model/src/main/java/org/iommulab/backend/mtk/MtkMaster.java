package org.iommulab.backend.mtk;

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
final class MtkMaster extends SimObject {
    private final Device device;
    private final RefCell<MtkData> data;
    private final LongCell ids;

    private MtkMaster(Device device) {
        super(device.machine());
        this.device = device;
        this.data = new RefCell<>(this, Lane.DRIVER, Term.reference("priv"), MtkData.class);
        this.ids = new LongCell(this, Lane.DRIVER, Term.count("fwspec.num_ids"));
    }

    static Optional<MtkMaster> of(Device device) {
        return DevIommu.privOf(device, MtkMaster.class);
    }

    /** iommu_fwspec_add_ids; the first entry says which M4U it is. */
    static void add(Device device, MtkData data) {
        MtkMaster master = of(device).orElseGet(() -> {
            var made = new MtkMaster(device);
            DevIommu.find(device).orElseThrow().priv().set(made);
            made.data.set(data);
            return made;
        });
        master.ids.add(1);
    }

    @Override
    public String label() {
        return device.label() + " fwspec";
    }

    Device device() {
        return device;
    }

    MtkData data() {
        return data.require();
    }

    List<Integer> ids() {
        return device.iommus().stream().limit(ids.get()).map(IommuSpec::id).toList();
    }

    /** The larb of its first port. */
    int larb() {
        return MtkLayout.larb(ids().getFirst());
    }

    /** A bit for each of its ports. */
    int ports() {
        return ids().stream().mapToInt(id -> 1 << MtkLayout.port(id)).reduce(0, (a, b) -> a | b);
    }

    /** The bank that serves it. */
    MtkBankData bank() {
        return bankOf(data());
    }

    private MtkBankData bankOf(MtkData found) {
        return found.bank(found.soc().bankOf(ports()));
    }

    /** The domain of that bank, for those who look: also between two steps, when there may be no bank yet. */
    Optional<MtkDomain> noted() {
        return data.get().flatMap(found -> bankOf(found).domain().get());
    }
}
