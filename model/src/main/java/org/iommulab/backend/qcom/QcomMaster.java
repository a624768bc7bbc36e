package org.iommulab.backend.qcom;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A master as its firmware description has it: {@code dev_iommu_priv}, and the ids of its {@code iommu_fwspec}. */
final class QcomMaster extends SimObject {
    private final Device device;
    private final RefCell<QcomIommu> iommu;
    private final RefList<QcomContext> ids;

    QcomMaster(Device device, QcomIommu iommu) {
        super(device.machine());
        this.device = device;
        this.iommu = new RefCell<>(this, Lane.DRIVER, Term.reference("priv"), QcomIommu.class);
        this.ids = new RefList<>(this, QcomContext.class);
        this.iommu.set(iommu);
    }

    static Optional<QcomMaster> of(Device device) {
        return DevIommu.privOf(device, QcomMaster.class);
    }

    @Override
    public String label() {
        return device.label() + " fwspec";
    }

    QcomIommu iommu() {
        return iommu.require();
    }

    /** The context banks that its {@code iommus} entries name, in order. */
    RefList<QcomContext> ids() {
        return ids;
    }
}
