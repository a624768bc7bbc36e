package org.iommulab.core;

import java.util.List;
import org.iommulab.bus.Device;

/**
 * How a device gets a group and a default domain, and how it leaves. Two algorithms that differ in the order of their
 * steps: one up to v6.4, one from v6.6 on.
 */
interface ProbePath {
    /** bus_iommu_probe: every device of a bus that has no group yet; stops at the first error. */
    long walk(List<Device> bus);

    /** iommu_probe_device. */
    long probe(Device device);

    /** iommu_release_device, for a device that has an IOMMU. */
    void release(Device device);

    /** iommu_group_put of a reference that may be the last one. */
    void discardIfEmpty(Group group);
}
