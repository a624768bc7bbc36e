package org.iommulab.backend.omap;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;

/** {@code struct omap_iommu_arch_data}, the array of them: what the driver keeps for one device, its IOMMUs in order. */
final class OmapArchData extends SimObject {
    private final Device device;
    private final RefList<OmapIommu> iommus;

    OmapArchData(Device device, List<OmapIommu> all) {
        super(device.machine());
        this.device = device;
        this.iommus = new RefList<>(this, OmapIommu.class);
        all.forEach(iommus::add);
    }

    static Optional<OmapArchData> of(Device device) {
        return DevIommu.privOf(device, OmapArchData.class);
    }

    @Override
    public String label() {
        return device.label() + " arch data";
    }

    List<OmapIommu> iommus() {
        return iommus.toList();
    }

    /** The one that stands for all of them in sysfs and gives the group. */
    OmapIommu first() {
        return iommus.toList().getFirst();
    }
}
