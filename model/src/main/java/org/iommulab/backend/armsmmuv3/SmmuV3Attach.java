package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import org.iommulab.core.IommuDomain;

/** How a master comes to a domain, and what becomes of its streams when it goes. Two eras: up to 6.7, and 6.12. */
interface SmmuV3Attach {
    /** arm_smmu_attach_dev: 0 or an errno. */
    long attach(SmmuV3Domain domain, SmmuV3Master master);

    /** What arm_smmu_release_device does first: nobody's streams again. */
    void release(SmmuV3Master master);

    /** Which domain the driver itself has noted for a master. */
    default Optional<IommuDomain> noted(SmmuV3Master master) {
        return master.domain().get().map(domain -> domain);
    }
}
