package org.iommulab.core;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** A group's name, which its driver may give it; then the group has a file {@code name}. */
final class GroupName extends SimObject {
    private final String name;

    GroupName(Machine machine, String name) {
        super(machine);
        this.name = name;
    }

    @Override
    public String label() {
        return name;
    }
}
