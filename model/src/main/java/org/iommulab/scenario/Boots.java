package org.iommulab.scenario;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.iommulab.board.World;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Removal;
import org.iommulab.rules.CommonBeginning;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.sim.Cursor;

/**
 * A board that is built once and booted again and again, each time without one callback; every story that begins with
 * this first act goes on from there. For explorers, who need not build and boot the machine for each of their runs: it is
 * fast when all stories without one callback are asked for one after the other.
 */
public final class Boots {
    private final Player.Performance performance;
    private final RunMark built;
    private Optional<Booted> booted = Optional.empty();

    /** The first act, done without these callbacks. */
    private record Booted(List<Removal> without, Player.Stage stage, RunMark end, CommonBeginning beginning) {
        boolean isTheEnd() {
            return stage.death().isPresent()
                    || stage.limit().isPresent()
                    || stage.stuck().isPresent();
        }
    }

    /** @param file any story of those that will be asked for */
    public Boots(ScenarioFile file, KernelBuild kernel) {
        performance = Player.rehearse(file, kernel);
        built = RunMark.of(performance, 0);
    }

    /** The board with this kernel, before anything has happened: until the first story is played. */
    public World world() {
        return performance.world();
    }

    /** Plays a story. */
    public Player.Stage asItIs(ScenarioFile story) {
        return play(story, List.of());
    }

    /** Plays a story, with a driver's table that has lost a callback. */
    public Player.Stage without(ScenarioFile story, Removal removal) {
        return play(story, List.of(removal));
    }

    private Player.Stage play(ScenarioFile story, List<Removal> without) {
        Booted first = booted(story, without);
        if (first.isTheEnd()) {
            return first.stage();
        }
        goOn(story, first);
        return performance.perform(1);
    }

    /**
     * Where rules break for the first time in the story that was played last; what it has in common with those before it
     * is not judged again.
     *
     * @param first the first step that is judged
     * @param about which rules
     */
    public RuleHistory firstBreaches(int first, Predicate<Rule> about) {
        World world = performance.world();
        var cursor = new Cursor(world.machine().recorded());
        Booted begun = booted.orElseThrow();
        return begun.beginning().firstBreaches(world, cursor, first, begun.end().step(), about);
    }

    /**
     * A story that booted as it is, to be gone on with from any of its other acts. Good until something else is asked for.
     *
     * @param end the last act that will be asked for; the story must reach it
     */
    public Rehearsal rehearsal(ScenarioFile story, int end) {
        goOn(story, booted(story, List.of()));
        return new Rehearsal(performance, 1, end);
    }

    private void goOn(ScenarioFile story, Booted first) {
        first.end().bringBack(performance);
        performance.goOnWith(story);
    }

    private Booted booted(ScenarioFile story, List<Removal> without) {
        Booted now = booted.filter(before -> before.without().equals(without) && !before.isTheEnd())
                .orElseGet(() -> boot(story, without));
        booted = Optional.of(now);
        return now;
    }

    private Booted boot(ScenarioFile story, List<Removal> without) {
        built.bringBack(performance);
        performance.goOnWith(story);
        without.forEach(removal -> RunMark.withhold(performance, removal));
        Player.Stage stage = performance.perform(0, 1);
        return new Booted(without, stage, RunMark.of(performance, 1), new CommonBeginning());
    }
}
