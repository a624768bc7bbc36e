package org.iommulab.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntFunction;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/**
 * Travelling through a run must show at every step what was there when it happened. Finds state outside the journal,
 * caches that outlive their truth, and views that change what they show.
 */
public final class TravelCheck {
    /** The whole state is looked at so often; the digest that is kept with each change, at every step. */
    private static final int FULL_DIGESTS = 200;

    private static final int ALL_MOMENTS = 4000;

    private TravelCheck() {}

    /**
     * Rewinds to 0, goes forward to the end and back to 0, step by step: the digest of the state must be the same both
     * ways at every step, the moment too (of very long recordings at some thousand steps), the digest kept with each
     * change must be that of the whole state, and looking must change nothing. Leaves the run at its end.
     *
     * <p>A plain field keeps its last value both ways, so that this alone does not find it: {@link #shorterRunsAgree}
     * does.
     */
    public static void everyStep(Run run) {
        everyStep(run, ALL_MOMENTS);
    }

    /** As {@link #everyStep(Run)}, but about so many moments only, spread over the run. */
    public static void everyStep(Run run, int wanted) {
        Recording recording = run.recording();
        Machine machine = recording.machine();
        var cursor = new Cursor(recording);
        machine.keepDigest();
        cursor.first();
        long[] digests = new long[recording.length() + 1];
        int[] moments = new int[recording.length() + 1];
        int stride = digests.length / wanted + 1;
        for (int step = 0; step < digests.length; step++) {
            cursor.go(step);
            digests[step] = machine.digest();
            if (step % (digests.length / FULL_DIGESTS + 1) == 0) {
                same(machine.fullDigest(), digests[step], "whole state", run, step);
            }
            if (step % stride == 0) {
                moments[step] = run.momentAt(step).hashCode();
                assertUntouched(run, step, digests[step]);
            }
        }
        for (int step = recording.length(); step >= 0; step--) {
            cursor.go(step);
            same(machine.digest(), digests[step], "state, going back", run, step);
            if (step % stride == 0) {
                Moment moment = run.momentAt(step);
                if (moment.hashCode() != moments[step]) {
                    assertThat(moment)
                            .as("moment at step %s, going back", at(run, step))
                            .isEqualTo(forward(run, step));
                    throw new AssertionError("the moment at step " + at(run, step) + " depends on the way to it");
                }
                assertUntouched(run, step, digests[step]);
            }
        }
        cursor.last();
        same(machine.fullDigest(), digests[recording.length()], "whole state at the end", run, recording.length());
    }

    /**
     * Ends the recording of a machine that is driven by hand; its state must be the same at each step both ways.
     *
     * @param atTheBeginning checks what can be seen at step 0
     */
    public static void thereAndBack(Machine machine, Runnable atTheBeginning) {
        var cursor = new Cursor(machine.finish());
        long[] digests = new long[machine.steps() + 1];
        for (int step = digests.length - 1; step >= 0; step--) {
            cursor.go(step);
            digests[step] = machine.fullDigest();
        }
        atTheBeginning.run();
        for (int step = 0; step < digests.length; step++) {
            cursor.go(step);
            assertThat(machine.fullDigest()).as("step %d", step).isEqualTo(digests[step]);
        }
    }

    /** Looking at a step may move the machine there, and nothing else. */
    private static void assertUntouched(Run run, int step, long digest) {
        Machine machine = run.recording().machine();
        same(machine.shownStep(), step, "where momentAt leaves the machine", run, step);
        same(machine.digest(), digest, "state after looking at it", run, step);
    }

    // The words are made only for what is wrong: there are millions of steps.
    private static void same(long actual, long expected, String what, Run run, int step) {
        if (actual != expected) {
            assertThat(actual).as("%s at step %s", what, at(run, step)).isEqualTo(expected);
        }
    }

    private static Moment forward(Run run, int step) {
        Moment moment = run.momentAt(0);
        for (int at = 1; at <= step; at++) {
            moment = run.momentAt(at);
        }
        return moment;
    }

    /**
     * Plays the same story anew, but no further than some steps, and compares the moment where that run ends with the
     * same step of the whole run. A plain field outside the journal has its value of that step in the one and its last
     * value in the other.
     *
     * @param playTo plays the story with this limit of steps ({@code Limits.USUAL.withSteps(n)}); the run must end there
     * @param samples how many steps to compare, spread over the run
     */
    public static void shorterRunsAgree(Run whole, IntFunction<Run> playTo, int samples) {
        int length = whole.recording().length();
        for (int sample = 1; sample <= samples; sample++) {
            int step = (int) ((long) length * sample / (samples + 1));
            if (step < 1) {
                continue;
            }
            Run shorter = playTo.apply(step);
            assertThat(shorter.recording().length())
                    .as("length of a run limited to %d steps", step)
                    .isEqualTo(step);
            // The step that did not fit may have changed state already, which then counts to the last step: look away
            // from it by going one step back, where both machines stand at a complete step.
            assertThat(shorter.momentAt(step - 1))
                    .as("moment at step %s of a run that went no further", at(whole, step - 1))
                    .isEqualTo(whole.momentAt(step - 1));
        }
    }

    private static String at(Run run, int step) {
        return step == 0 ? "0" : step + " (" + run.recording().event(step) + ")";
    }
}
