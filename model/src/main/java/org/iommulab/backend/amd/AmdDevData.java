package org.iommulab.backend.amd;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct iommu_dev_data}: what the driver knows about the device at a requester id. No device of the lab has ATS. */
final class AmdDevData extends SimObject {
    private final int id;
    private final RefCell<Device> device;
    private final RefCell<AmdDomain> domain;
    private final FlagCell deferAttach;
    private final LongCell gcr3Table;
    private final LongCell gcr3DomainId;

    AmdDevData(Machine machine, int id) {
        super(machine);
        this.id = id;
        this.device = new RefCell<>(this, Lane.DRIVER, Term.reference("dev"), Device.class);
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("domain"), AmdDomain.class);
        this.deferAttach = new FlagCell(this, Lane.DRIVER, Term.flag("defer_attach"));
        this.gcr3Table = new LongCell(this, Lane.DRIVER, Term.hex("gcr3_info.gcr3_tbl"));
        this.gcr3DomainId = new LongCell(this, Lane.DRIVER, Term.count("gcr3_info.domid"));
    }

    @Override
    public String label() {
        return "iommu_dev_data of " + device.get().map(Device::label).orElse("nobody");
    }

    /** dev_iommu_priv_get. */
    static Optional<AmdDevData> of(Device device) {
        return DevIommu.privOf(device, AmdDevData.class);
    }

    /** {@code devid}. */
    int requesterId() {
        return id;
    }

    RefCell<Device> device() {
        return device;
    }

    /** What it is attached to; NULL when its entry refuses everything. */
    RefCell<AmdDomain> domain() {
        return domain;
    }

    /**
     * Whether the crashed kernel's translation must go on until the device's own driver asks for a new one.
     */
    FlagCell deferAttach() {
        return deferAttach;
    }

    /** Physical address of its own GCR3 table (6.12); 0 for none. */
    LongCell gcr3Table() {
        return gcr3Table;
    }

    LongCell gcr3DomainId() {
        return gcr3DomainId;
    }
}
