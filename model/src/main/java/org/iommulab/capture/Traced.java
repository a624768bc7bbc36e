package org.iommulab.capture;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** A device, a group or a marker of a trace: all that is known of it is what it is called. */
final class Traced extends SimObject {
    private final String label;

    Traced(Machine machine, String label) {
        super(machine);
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
