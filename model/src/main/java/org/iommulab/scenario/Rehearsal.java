package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;

/**
 * A story that is played up to some act, and then again and again from the beginning of that one or of one before, each
 * time without one callback: for explorers, who need not build the machine and boot it for each of their runs. Acts must
 * be gone back to in turn, the latest first, as a run forgets what was behind the act that it begins with.
 */
public final class Rehearsal {
    private final Player.Performance performance;
    private final List<RunMark> marks = new ArrayList<>();

    /**
     * Plays the story as it is.
     *
     * @param end the act before which it ends; it must be one that the story reaches
     */
    public Rehearsal(ScenarioFile file, KernelBuild kernel, int end) {
        performance = Player.rehearse(file, kernel);
        for (int act = 0; act < end; act++) {
            marks.add(RunMark.of(performance, act));
            performance.perform(act, act + 1);
        }
        marks.add(RunMark.of(performance, end));
    }

    /** Plays from the beginning of an act to the end, with a driver's table that has lost a callback. */
    public Player.Stage without(String driver, Callback callback, int act) {
        marks.get(act).bringBack(performance);
        RunMark.withhold(performance, driver, callback);
        return performance.perform(act);
    }
}
