package org.iommulab.words;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;

/**
 * Which driver each device is bound to, followed through a recording from its beginning: {@code dev->driver} as the
 * events tell it. The kernel puts a driver's name before a device's lines (drivers/base/core.c: dev_driver_string).
 */
final class BoundDrivers {
    private final Machine machine;
    private final Map<Integer, Long> drivers = new HashMap<>();

    BoundDrivers(Machine machine) {
        this.machine = machine;
    }

    void see(Event.Changed changed) {
        if (changed.term().name().equals("driver")) {
            drivers.put(changed.object(), changed.to());
        }
    }

    /** The bound driver's name; empty when the device has none or never had one. */
    Optional<String> driver(int device) {
        long driver = drivers.getOrDefault(device, 0L);
        return driver == 0 ? Optional.empty() : Optional.of(machine.labelOf(driver));
    }

    /** The prefix of a device's line: {@code exynos-mixer 12c10000.mixer: }. */
    String prefix(int device) {
        if (device == 0) {
            return "";
        }
        // A device that is between drivers goes by the name of its bus, which is the platform bus for all that the lab
        // has.
        String first = driver(device).orElse(drivers.containsKey(device) ? "platform" : "");
        return (first.isEmpty() ? "" : first + " ") + machine.labelOf(device) + ": ";
    }
}
