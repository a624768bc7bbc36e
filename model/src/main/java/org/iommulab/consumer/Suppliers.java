package org.iommulab.consumer;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.bus.DriverCore;

/** What a driver's probe asks for and may not find yet. */
public record Suppliers(DriverCore bus, List<String> names) {
    public Suppliers {
        names = List.copyOf(names);
    }

    /** Whether all are on the bus. */
    public boolean arePresent() {
        List<String> there = bus.devices().toList().stream().map(Device::label).toList();
        return there.containsAll(names);
    }
}
