package org.iommulab.app.playback;

import org.iommulab.sim.Recording;

/** A wish to be elsewhere in the recording: from where we are to where we want to be. */
@FunctionalInterface
interface Move {
    int from(Recording recording, int at);

    static Move to(int step) {
        return (recording, _) -> Math.clamp(step, 0, recording.length());
    }

    static Move by(int steps) {
        return (recording, at) -> Math.clamp((long) at + steps, 0, recording.length());
    }
}
