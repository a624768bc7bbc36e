package org.iommulab.backend.tegrasmmu;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A master as its firmware description has it: {@code dev_iommu_priv}, and the ids of its {@code iommu_fwspec}. */
final class TegraSmmuMaster extends SimObject {
    private final Device device;
    private final TegraSmmuData smmu;
    private final LongCell ids;

    private TegraSmmuMaster(Device device, TegraSmmuData smmu) {
        super(device.machine());
        this.device = device;
        this.smmu = smmu;
        this.ids = new LongCell(this, Lane.DRIVER, Term.count("fwspec.num_ids"));
    }

    /** Empty for a device that was never translated. */
    static Optional<TegraSmmuMaster> of(Device device) {
        return DevIommu.privOf(device, TegraSmmuMaster.class);
    }

    /** tegra_smmu_of_xlate: dev_iommu_priv_set and iommu_fwspec_add_ids, which takes a number any number of times. */
    static void add(Device device, TegraSmmuData smmu) {
        TegraSmmuMaster master = of(device).orElseGet(() -> {
            var made = new TegraSmmuMaster(device, smmu);
            DevIommu.find(device).orElseThrow().priv().set(made);
            return made;
        });
        master.ids.add(1);
    }

    /** The entries of a device's {@code iommus} property that point at this SMMU. */
    static List<IommuSpec> entries(Device device, TegraSmmuData smmu) {
        return device.iommus().stream()
                .filter(spec -> spec.unit().equals(smmu.device().label()))
                .toList();
    }

    @Override
    public String label() {
        return device.label() + " fwspec";
    }

    TegraSmmuData smmu() {
        return smmu;
    }

    /** Its software groups. Whoever reads the property again (v6.12, see the driver) adds all of them again. */
    List<Integer> swGroups() {
        List<IommuSpec> entries = entries(device, smmu);
        return IntStream.range(0, (int) ids.get())
                .mapToObj(i -> entries.get(i % entries.size()).id())
                .toList();
    }
}
