package org.iommulab.app.playback;

import java.util.Optional;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;

/**
 * What the window shows in this frame.
 *
 * @param run the run that we are in
 * @param moment the machine at our step
 * @param event the event of our step; empty at step 0
 */
public record Now(Run run, Moment moment, Optional<Event> event) {
    public int step() {
        return moment.step();
    }

    public int length() {
        return run.recording().length();
    }
}
