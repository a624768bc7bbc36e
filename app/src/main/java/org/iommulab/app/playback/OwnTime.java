package org.iommulab.app.playback;

import java.util.OptionalInt;
import org.iommulab.scenario.Timed;

/**
 * The clock of a run that has one, while it is played. It goes on where the playback stands: whoever goes elsewhere in
 * the meantime takes it along.
 */
final class OwnTime {
    /** Where we were when we last wished to go on; the window may not have got further yet. */
    private int from = -1;

    private int wished = -1;
    private double clock;
    private double waited;

    /** It is played from where it stands. */
    void begin() {
        from = -1;
        wished = -1;
        waited = 0;
    }

    /** Time goes by, though nobody can go anywhere just now. */
    void passes(double seconds) {
        waited += seconds;
    }

    /**
     * Time goes by.
     *
     * @return the step at which it is then; empty when it is still the same
     */
    OptionalInt tick(Timed run, Now now, double seconds) {
        int shown = now.step();
        if (shown != wished && shown != from) {
            clock = run.secondsAt(Math.clamp(shown, 1, now.length()));
            wished = shown;
            waited = 0;
        }
        int step = wished;
        clock += seconds + waited;
        waited = 0;
        // Clocks of several processors may differ a little: what stands earlier in the trace was earlier.
        while (step < now.length() && run.secondsAt(step + 1) <= clock) {
            step++;
        }
        from = shown;
        boolean same = step == wished;
        wished = step;
        return same ? OptionalInt.empty() : OptionalInt.of(step);
    }
}
