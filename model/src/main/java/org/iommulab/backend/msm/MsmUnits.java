package org.iommulab.backend.msm;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;

/** What the callbacks ask of the platform driver. */
interface MsmUnits {
    /** {@code qcom_iommu_devices}: the IOMMUs whose probe came that far, the last one first. */
    List<MsmIommuDev> probed();

    /** The IOMMU of this platform device, when it is among them. */
    default Optional<MsmIommuDev> of(Device device) {
        return probed().stream().filter(iommu -> iommu.device() == device).findFirst();
    }
}
