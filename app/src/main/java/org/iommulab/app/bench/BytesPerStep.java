package org.iommulab.app.bench;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.iommulab.sim.Machine;

/**
 * What a recorded step costs in memory: the heap that a recorded run holds, less the heap that the same run holds
 * unrecorded, divided by its steps. Both after collecting garbage.
 */
public final class BytesPerStep {
    private static final int STEPS = 1_000_000;

    private BytesPerStep() {}

    /**
     * Plays a run twice and compares what stays in memory.
     *
     * @param play plays the run, recorded or not, and returns what holds all of it
     * @param steps how many steps the recorded run has
     * @return bytes a step
     */
    public static <T> double measure(Function<Boolean, T> play, ToIntFunction<T> steps) {
        // Once for what the first run leaves in the JVM: classes, terms.
        var _ = play.apply(true);
        long unrecorded = held(play.apply(false));
        T run = play.apply(true);
        int length = steps.applyAsInt(run);
        return (double) (held(run) - unrecorded) / length;
    }

    /** The heap in use while something is held. */
    private static long held(Object something) {
        try {
            return used();
        } finally {
            Reference.reachabilityFence(something);
        }
    }

    private static long used() {
        var memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    static Row ofSteps() {
        double bytes = measure(BytesPerStep::play, Machine::steps);
        return new Row("bytes-per-step", bytes, "bytes", Row.Goal.atMost(48));
    }

    private static Machine play(boolean recorded) {
        var machine = Steps.run(recorded ? Machine.recording() : Machine.unrecorded(), STEPS);
        if (recorded) {
            machine.finish();
        }
        return machine;
    }
}
