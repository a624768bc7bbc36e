package org.iommulab.explore.compare;

import java.util.List;
import java.util.OptionalInt;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Recording;

/**
 * Two or more runs beside each other.
 *
 * @param sides the runs; the first is the one that the others are held against
 * @param likeness what had to agree
 * @param alignment their events, row by row
 * @param parting the row at which they part; empty when all their events are the same
 * @param differences in what the machines differ at the end
 */
public record Comparison(
        List<Side> sides, Likeness likeness, Alignment alignment, OptionalInt parting, List<Difference> differences) {
    public Comparison {
        sides = List.copyOf(sides);
        differences = List.copyOf(differences);
    }

    /** Compares runs of one story on one board exactly, others by what happens. Moves the machines to their ends. */
    public static Comparison of(List<Side> sides) {
        boolean oneStory =
                sides.stream().map(side -> side.run().title()).distinct().count() == 1;
        return of(sides, oneStory ? Likeness.EXACT : Likeness.KIND);
    }

    /** Moves the machines to their ends. */
    public static Comparison of(List<Side> sides, Likeness likeness) {
        List<Recording> recordings =
                sides.stream().map(Side::run).map(Run::recording).toList();
        Alignment alignment = Alignment.of(recordings, likeness);
        return new Comparison(
                sides,
                likeness,
                alignment,
                alignment.parting(recordings, likeness),
                EndFacts.differences(sides, likeness));
    }

    public List<String> titles() {
        return sides.stream().map(Side::title).toList();
    }

    /** Whether these are the lanes of one story. */
    public boolean inLanes() {
        return sides.getFirst().run() instanceof PlayedRun played
                && played.file().scenario().lane().isPresent();
    }

    /** Nothing differs: neither what happened nor what is there at the end. */
    public boolean same() {
        return parting.isEmpty() && differences.isEmpty();
    }

    /**
     * The step of the first run at which they part: the one that is not the same in another. Where the first run has
     * nothing to set against the others, its next step. When all events are the same but the machines differ at the end,
     * the last step; empty when nothing differs.
     */
    public OptionalInt firstDivergence() {
        if (parting.isEmpty()) {
            return same()
                    ? OptionalInt.empty()
                    : OptionalInt.of(sides.getFirst().run().recording().length());
        }
        int row = parting.getAsInt();
        int step = alignment.step(0, row);
        return OptionalInt.of(step != 0 ? step : alignment.reached(0, row) + 1);
    }

    /** The differences in words. */
    public List<String> sentences() {
        List<String> titles = titles();
        return differences.stream().map(one -> one.sentence(titles)).toList();
    }
}
