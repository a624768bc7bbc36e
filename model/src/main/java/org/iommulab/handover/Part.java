package org.iommulab.handover;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** A part of the hand-over, as the events speak of it. */
final class Part extends SimObject {
    private final String title;

    Part(Machine machine, String title) {
        super(machine);
        this.title = title;
    }

    @Override
    public String label() {
        return title;
    }
}
