package org.iommulab.backend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;

/**
 * An IOMMU unit as the board describes it.
 *
 * @param device its platform device
 * @param major revision
 * @param minor revision
 * @param vmBank whether it has a register bank for virtual machines
 * @param clocks by the driver's name for them
 */
public record UnitPlan(Device device, int major, int minor, boolean vmBank, Map<String, Clock> clocks) {
    public UnitPlan {
        clocks = Collections.unmodifiableMap(new LinkedHashMap<>(clocks));
    }
}
