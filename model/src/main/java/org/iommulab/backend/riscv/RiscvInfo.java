package org.iommulab.backend.riscv;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct riscv_iommu_info}: what the driver keeps of a device. */
final class RiscvInfo extends SimObject {
    private final Device device;
    private final RiscvDevice iommu;
    private final List<Integer> ids;
    private final RefCell<RiscvDomain> domain;

    RiscvInfo(Device device, RiscvDevice iommu, List<Integer> ids) {
        super(device.machine());
        this.device = device;
        this.iommu = iommu;
        this.ids = List.copyOf(ids);
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("info.domain"), RiscvDomain.class);
    }

    static Optional<RiscvInfo> of(Device device) {
        return DevIommu.privOf(device, RiscvInfo.class);
    }

    @Override
    public String label() {
        return device.label() + " info";
    }

    Device device() {
        return device;
    }

    RiscvDevice iommu() {
        return iommu;
    }

    List<Integer> ids() {
        return ids;
    }

    /** The paging domain that is attached; NULL for identity and for blocked. */
    RefCell<RiscvDomain> domain() {
        return domain;
    }
}
