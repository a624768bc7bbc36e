package org.iommulab.words;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;

/**
 * Which driver each device is bound to, followed through a recording from its beginning: {@code dev->driver} as the
 * events tell it. The kernel puts a driver's name before a device's lines (drivers/base/core.c: dev_driver_string).
 */
final class BoundDrivers {
    private static final Pattern PCI = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

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

    /** dev_driver_string: the bound driver's name, else that of the bus. */
    String driverString(int device) {
        return driver(device).orElseGet(() -> isPci(device) ? "pci" : "platform");
    }

    private boolean isPci(int device) {
        return PCI.matcher(machine.labelOf(device)).matches();
    }

    /** The prefix of a device's line: {@code exynos-mixer 12c10000.mixer: }. */
    String prefix(int device) {
        if (device == 0) {
            return "";
        }
        // A device that is between drivers goes by the name of its bus; on PCI also one that never had a driver.
        String bus = isPci(device) ? "pci" : drivers.containsKey(device) ? "platform" : "";
        String first = driver(device).orElse(bus);
        return (first.isEmpty() ? "" : first + " ") + machine.labelOf(device) + ": ";
    }
}
