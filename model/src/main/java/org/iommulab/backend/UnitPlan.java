package org.iommulab.backend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;

/**
 * An IOMMU unit as the board describes it.
 *
 * @param device its platform device
 * @param registers physical address of its registers
 * @param properties what its kind of unit wants to know, by the names of {@link Backend#properties}
 * @param clocks by the driver's name for them
 * @param masters the entries of all devices that point at it, in the board's order
 */
public record UnitPlan(
        Device device, long registers, Map<String, Long> properties, Map<String, Clock> clocks, List<Wire> masters) {
    /** A device's entry that points at the unit. */
    public record Wire(String device, IommuSpec spec) {}

    public UnitPlan {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        clocks = Collections.unmodifiableMap(new LinkedHashMap<>(clocks));
        masters = List.copyOf(masters);
    }

    /** A property of the unit, or what it is when the board does not say. */
    public int property(String name, int otherwise) {
        return Math.toIntExact(properties.getOrDefault(name, (long) otherwise));
    }

    /** A property of the unit, if the board says it. */
    public Optional<Integer> property(String name) {
        return Optional.ofNullable(properties.get(name)).map(Math::toIntExact);
    }

    /** The same for one that may have 64 bits. */
    public long longProperty(String name, long otherwise) {
        return properties.getOrDefault(name, otherwise);
    }
}
