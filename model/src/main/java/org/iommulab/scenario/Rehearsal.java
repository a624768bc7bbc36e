package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.Removal;

/**
 * A story that is played up to some act, and then again and again from the beginning of that one or of one before, each
 * time without one callback. Acts must be gone back to in turn, the latest first, as a run forgets what was behind the
 * act that it begins with.
 */
public final class Rehearsal {
    private final Player.Performance performance;
    private final int first;
    private final List<RunMark> marks = new ArrayList<>();

    /**
     * Plays the story as it is.
     *
     * @param performance stands at the beginning of the first of the acts
     * @param end the act before which it ends; it must be one that the story reaches
     */
    Rehearsal(Player.Performance performance, int first, int end) {
        this.performance = performance;
        this.first = first;
        for (int act = first; act < end; act++) {
            marks.add(RunMark.of(performance, act));
            performance.perform(act, act + 1);
        }
        marks.add(RunMark.of(performance, end));
    }

    /** Plays from the beginning of an act to the end, with a driver's table that has lost a callback. */
    public Player.Stage without(Removal removal, int act) {
        marks.get(act - first).bringBack(performance);
        RunMark.withhold(performance, removal);
        return performance.perform(act);
    }
}
