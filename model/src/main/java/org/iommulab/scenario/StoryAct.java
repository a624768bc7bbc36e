package org.iommulab.scenario;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** An action of the story, as the events speak of it. */
final class StoryAct extends SimObject {
    private final String title;

    StoryAct(Machine machine, String title) {
        super(machine);
        this.title = title;
    }

    @Override
    public String label() {
        return title;
    }
}
