package org.iommulab.capture.machine;

import java.util.List;
import java.util.Optional;
import org.iommulab.capture.CapturedTopology;

/**
 * What there is to know of a device.
 *
 * @param kind in words, {@code network}; may be empty
 * @param ids vendor and device, {@code 8086:10d3}; empty for what is no PCI function
 * @param type what it is to PCI, in words; empty where that is not known
 * @param driver empty for none
 * @param group its group's number
 * @param unit the IOMMU that serves it; empty for none
 * @param defaultType type of its group's default domain in the kernel's word; empty when it was not captured
 * @param regions reserved regions of its group
 * @param requesterIds ids under which its requests can come, its own first: {@code 05:00.0}
 * @param acs what decides about its ACS, in words; empty where that is not known
 */
public record DeviceAnswer(
        String name,
        String kind,
        String ids,
        String type,
        String driver,
        Optional<Integer> group,
        String unit,
        String defaultType,
        List<CapturedTopology.Region> regions,
        List<String> requesterIds,
        String acs) {
    public DeviceAnswer {
        regions = List.copyOf(regions);
        requesterIds = List.copyOf(requesterIds);
    }
}
