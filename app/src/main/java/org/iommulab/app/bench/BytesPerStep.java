package org.iommulab.app.bench;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.iommulab.board.World;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Machine;

/**
 * What a recorded step costs in memory: the heap that a recorded run holds, less the heap that the same run holds
 * unrecorded, divided by its steps. Both after collecting garbage.
 */
public final class BytesPerStep {
    private static final int STEPS = 1_000_000;
    private static final int COPIES = 2;
    private static final Row.Goal GOAL = Row.Goal.atMost(48);

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

    /** Of the stories that come with the lab, each on its usual kernel, played often enough for a heap to notice. */
    static Row ofStories() {
        List<ScenarioFile> stories = ScenarioLibrary.usual().map(ScenarioLibrary::scenarios).orElse(List.of()).stream()
                .map(ScenarioReader::open)
                .toList();
        double bytes = measure(
                recorded -> worlds(stories, recorded),
                worlds -> worlds.stream()
                        .mapToInt(world -> world.machine().steps())
                        .sum());
        return new Row("bytes-per-step (stories)", bytes, "bytes", GOAL);
    }

    private static List<World> worlds(List<ScenarioFile> stories, boolean recorded) {
        var worlds = new ArrayList<World>();
        for (int i = 0; i < COPIES; i++) {
            for (ScenarioFile story : stories) {
                KernelBuild kernel = story.usualKernel();
                worlds.add(recorded ? Player.play(story, kernel).world() : Player.playUnrecorded(story, kernel));
            }
        }
        return worlds;
    }

    static Row ofSteps() {
        double bytes = measure(BytesPerStep::play, Machine::steps);
        return new Row("bytes-per-step (long run)", bytes, "bytes", GOAL);
    }

    private static Machine play(boolean recorded) {
        var machine = Steps.run(recorded ? Machine.recording() : Machine.unrecorded(), STEPS);
        if (recorded) {
            machine.finish();
        }
        return machine;
    }
}
