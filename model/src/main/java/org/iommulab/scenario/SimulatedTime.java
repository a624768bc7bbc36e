package org.iommulab.scenario;

import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** The clock of a recording: a microsecond an event, and the 21 seconds after which a stall is noticed; what a story waits comes on top. */
final class SimulatedTime {
    private static final double STEP = 1e-6;
    private static final double STALL = 21;

    private SimulatedTime() {}

    /** Seconds since power-on, less what the story has waited. A hang is the last thing that happens. */
    static double at(Recording recording, int step) {
        boolean stalled = false;
        for (int at = step; at >= 1 && at > step - 2 && !stalled; at--) {
            stalled = at < step && recording.kind(at) == EventKind.HANG;
        }
        return step * STEP + (stalled ? STALL : 0);
    }
}
