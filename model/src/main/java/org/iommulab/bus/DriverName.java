package org.iommulab.bus;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** The text in a device's {@code driver_override}: a driver's name, whether such a driver exists or not. */
public final class DriverName extends SimObject {
    private final String name;

    public DriverName(Machine machine, String name) {
        super(machine);
        this.name = name;
    }

    @Override
    public String label() {
        return name;
    }

    boolean names(Driver driver) {
        return name.equals(driver.name());
    }
}
