package org.iommulab.app.sample;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** An object that is only a label. */
public final class Thing extends SimObject {
    private final String label;

    public Thing(Machine machine, String label) {
        super(machine);
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
