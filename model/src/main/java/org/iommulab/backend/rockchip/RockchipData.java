package org.iommulab.backend.rockchip;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DeviceLink;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct rk_iommudata}: what the driver keeps for one master. */
final class RockchipData extends SimObject {
    private final Device master;
    private final RockchipIommu iommu;
    private final RefCell<DeviceLink> link;

    RockchipData(Device master, RockchipIommu iommu) {
        super(master.machine());
        this.master = master;
        this.iommu = iommu;
        this.link = new RefCell<>(this, Lane.DRIVER, Term.reference("iommudata.link"), DeviceLink.class);
    }

    /** dev_iommu_priv_get: none for a device that is no master, such as the display subsystem. */
    static Optional<RockchipData> of(Device device) {
        return DevIommu.privOf(device, RockchipData.class);
    }

    @Override
    public String label() {
        return master.label() + " iommudata";
    }

    RockchipIommu iommu() {
        return iommu;
    }

    /** While the master is active, its IOMMU is. */
    RefCell<DeviceLink> link() {
        return link;
    }
}
