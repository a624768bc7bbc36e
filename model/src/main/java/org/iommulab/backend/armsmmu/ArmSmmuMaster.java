package org.iommulab.backend.armsmmu;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct arm_smmu_master_cfg}: a device, and which stream map entry each of its ids has. */
final class ArmSmmuMaster extends SimObject {
    private static final int INVALID = -1;

    private final Device device;
    private final ArmSmmuDevice smmu;
    private final List<Integer> ids;
    private final List<LongCell> indices;
    private final RefCell<IommuDomain> noted;

    /** @param ids as of_xlate made them: id in the lower half, mask in the upper */
    ArmSmmuMaster(Device device, ArmSmmuDevice smmu, List<Integer> ids) {
        super(device.machine());
        this.device = device;
        this.smmu = smmu;
        this.ids = List.copyOf(ids);
        this.indices = IntStream.range(0, ids.size())
                .mapToObj(i -> new LongCell(this, Lane.DRIVER, Term.count("smendx[" + i + "]")))
                .toList();
        indices.forEach(index -> index.setQuietly(INVALID));
        this.noted = new RefCell<>(this, Lane.DRIVER, Term.reference("its streams' domain"), IommuDomain.class);
    }

    /** dev_iommu_priv_get. */
    static Optional<ArmSmmuMaster> find(Device device) {
        return DevIommu.privOf(device, ArmSmmuMaster.class);
    }

    @Override
    public String label() {
        return device.label() + " master";
    }

    ArmSmmuDevice smmu() {
        return smmu;
    }

    int count() {
        return ids.size();
    }

    int streamId(int i) {
        return ids.get(i) & 0xffff;
    }

    int mask(int i) {
        return ids.get(i) >>> 16;
    }

    boolean hasEntry(int i) {
        return indices.get(i).get() != INVALID;
    }

    void take(int i, int index) {
        indices.get(i).set(index);
    }

    void drop(int i) {
        indices.get(i).set(INVALID);
    }

    ArmSmmuMapEntry entry(int i) {
        return smmu.entry((int) indices.get(i).get());
    }

    /** The entries that it has, in the order of its ids (for_each_cfg_sme). */
    List<ArmSmmuMapEntry> entries() {
        return IntStream.range(0, ids.size())
                .filter(this::hasEntry)
                .mapToObj(this::entry)
                .toList();
    }

    /** Where its streams were led last. The driver itself only knows it from its entries: for those who look. */
    RefCell<IommuDomain> noted() {
        return noted;
    }
}
