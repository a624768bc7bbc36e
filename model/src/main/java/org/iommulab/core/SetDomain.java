package org.iommulab.core;

import java.util.Optional;
import org.iommulab.sim.Term;

/**
 * How a group goes from one domain to another. Two algorithms that differ in the order of their steps: one up to v6.4,
 * one from v6.5 on. The group's mutex is held; an empty domain is the kernel's NULL.
 */
interface SetDomain {
    /** What __iommu_attach_group does once it is allowed to: 0 or the driver's errno. */
    long attach(Group group, IommuDomain domain);

    /** __iommu_group_set_domain: 0 or an errno. */
    long set(Group group, Optional<IommuDomain> domain);

    /**
     * For callers that have no way back: an error is only warned about.
     *
     * @param caller the function that warns, up to v6.4
     * @param text what it says, up to v6.4
     */
    void setOrWarn(Group group, Optional<IommuDomain> domain, Term caller, Term text);
}
