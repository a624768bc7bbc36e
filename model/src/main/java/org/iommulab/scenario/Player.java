package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;

/** Plays a story on a machine, from power-on to its end or to the kernel's. */
public final class Player {
    private Player() {}

    /** Plays it and records everything; of a story in lanes the first one, where none was chosen. */
    public static PlayedRun play(ScenarioFile file, KernelBuild kernel) {
        return play(file, kernel, Limits.USUAL);
    }

    /** Plays it within other limits. */
    public static PlayedRun play(ScenarioFile file, KernelBuild kernel, Limits limits) {
        long begin = System.nanoTime();
        ScenarioFile played = file.lanes().getFirst();
        Stage stage = perform(played, kernel, new Machine(true, limits));
        return new PlayedRun(played, stage, System.nanoTime() - begin);
    }

    /** Plays it without a recording: for benchmarks and explorers. What comes back keeps the machine alive. */
    public static World playUnrecorded(ScenarioFile file, KernelBuild kernel) {
        return perform(file.lanes().getFirst(), kernel, Machine.unrecorded()).world();
    }

    /**
     * Where a performance ended.
     *
     * @param stuck why the story could not go on: an action needs what one before it failed to make
     */
    public record Stage(
            World world,
            List<Chapter> chapters,
            Optional<KernelDeath> death,
            Optional<LimitReached> limit,
            Optional<StoryBroken> stuck) {
        public Stage {
            chapters = List.copyOf(chapters);
        }
    }

    /** Plays it on a machine that is still empty: for those who judge a run in their own way. */
    public static Stage perform(ScenarioFile file, KernelBuild kernel, Machine machine) {
        World world = WorldBuilder.build(file.board(), file.on(kernel), machine);
        return new Performance(file, world).perform(0);
    }

    /** A performance that can be taken back to the beginning of an act and gone on with differently. */
    static Performance rehearse(ScenarioFile file, KernelBuild kernel) {
        var machine = new Machine(true, Limits.USUAL);
        return new Performance(file, WorldBuilder.build(file.board(), file.on(kernel), machine));
    }

    static final class Performance {
        private List<Act> story;
        private final World world;
        private final Machine machine;
        private final List<Chapter> chapters = new ArrayList<>();
        private Deeds deeds;

        Performance(ScenarioFile file, World world) {
            this.story = file.scenario().story();
            this.world = world;
            this.machine = world.machine();
            this.deeds = new Deeds(world);
        }

        World world() {
            return world;
        }

        /** The names that the story has made up to now. */
        Deeds deeds() {
            return deeds;
        }

        /** Forgets an act and what came after it; the machine is at its beginning already. */
        void backTo(int act, Deeds before) {
            chapters.subList(act, chapters.size()).clear();
            deeds = before;
        }

        /** Another story from here on, whose acts up to now are the same deeds. */
        void goOnWith(ScenarioFile file) {
            story = file.scenario().story();
            for (int i = 0; i < chapters.size(); i++) {
                Chapter told = chapters.get(i);
                chapters.set(i, chapter(i, told.firstStep(), told.lastStep(), told.result(), told.output()));
            }
        }

        /** From this act on, to the end; those before it have been performed. */
        Stage perform(int from) {
            return perform(from, story.size());
        }

        /** From this act on, up to another; whatever comes behind has not been reached. */
        Stage perform(int from, int to) {
            for (int i = from; i < to; i++) {
                int first = machine.steps() + 1;
                try {
                    chapter(i, first, Errno.describe(act(i)));
                } catch (KernelDeath death) {
                    machine.unwind();
                    chapter(i, first, death.kind() == KernelDeath.Kind.HANG ? "hang" : "oops");
                    return end(Optional.of(death), Optional.empty(), Optional.empty());
                } catch (LimitReached limit) {
                    machine.unwind();
                    chapter(i, first, "limit reached");
                    return end(Optional.empty(), Optional.of(limit), Optional.empty());
                } catch (StoryBroken stuck) {
                    machine.unwind();
                    chapter(i, first, "cannot go on");
                    return end(Optional.empty(), Optional.empty(), Optional.of(stuck));
                }
            }
            return end(Optional.empty(), Optional.empty(), Optional.empty());
        }

        private long act(int index) {
            Act act = story.get(index);
            boolean workHasItsOwnChapter =
                    index + 1 < story.size() && story.get(index + 1).action() instanceof Action.Drain;
            return StoryAct.tell(machine, ActTitle.of(act), () -> {
                long result = deeds.run(act.action());
                if (!workHasItsOwnChapter) {
                    deeds.settle();
                }
                return result;
            });
        }

        private void chapter(int index, int first, String result) {
            chapters.add(chapter(index, first, machine.steps(), result, deeds.takeOutput()));
        }

        private Chapter chapter(int index, int first, int last, String result, List<String> output) {
            Act act = story.get(index);
            return new Chapter(index, ActTitle.of(act), act.words().orElse(""), first, last, result, output);
        }

        /** The list of chapters is completed in the answer only: the performance may go on. */
        private Stage end(Optional<KernelDeath> death, Optional<LimitReached> limit, Optional<StoryBroken> stuck) {
            var all = new ArrayList<>(chapters);
            int never = machine.steps() + 1;
            for (int i = chapters.size(); i < story.size(); i++) {
                all.add(chapter(i, never, never - 1, "not reached", List.of()));
            }
            return new Stage(world, all, death, limit, stuck);
        }
    }
}
