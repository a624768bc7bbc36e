package org.iommulab.app.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.explore.compare.Alignment;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;

/**
 * A comparison with its cursors: one row, and each run as far as it has got in that row.
 *
 * @param comparison the runs, aligned
 * @param subjects what the small graphs show first
 * @param row where the cursors stand
 * @param moments each machine there
 */
public record CompareScene(Comparison comparison, Subjects subjects, int row, List<Moment> moments) {
    public CompareScene {
        moments = List.copyOf(moments);
    }

    /** At the row where one begins to look. Moves the machines there. */
    public static CompareScene opened(Comparison comparison) {
        return at(comparison, Subjects.of(comparison), beginning(comparison));
    }

    /**
     * Where the runs part, else at their end; of lanes, which part while they boot as nobody is surprised by, where they
     * part after it.
     */
    static int beginning(Comparison comparison) {
        Alignment alignment = comparison.alignment();
        int parting = comparison.parting().orElse(alignment.rows() - 1);
        List<Chapter> chapters = comparison.sides().getFirst().run().chapters();
        if (!comparison.inLanes() || chapters.size() < 2 || !chapters.get(1).reached()) {
            return parting;
        }
        int told = alignment.row(0, chapters.get(1).firstStep());
        return parting >= told ? parting : alignment.nextDifference(told).orElse(parting);
    }

    /** Moves the machines there. */
    public CompareScene moved(int toRow) {
        return at(comparison, subjects, toRow);
    }

    private static CompareScene at(Comparison comparison, Subjects subjects, int wanted) {
        Alignment alignment = comparison.alignment();
        int row = Math.clamp(wanted, 0, Math.max(0, alignment.rows() - 1));
        var moments = new ArrayList<Moment>();
        for (int column = 0; column < alignment.columns(); column++) {
            Run run = comparison.sides().get(column).run();
            moments.add(run.momentAt(alignment.rows() == 0 ? 0 : alignment.reached(column, row)));
        }
        return new CompareScene(comparison, subjects, row, moments);
    }

    /** What happened in this run in this row. */
    Optional<Event> event(int column) {
        return event(column, row);
    }

    Optional<Event> event(int column, int at) {
        int step = comparison.alignment().step(column, at);
        return step == 0
                ? Optional.empty()
                : Optional.of(comparison.sides().get(column).run().recording().event(step));
    }

    int columns() {
        return comparison.alignment().columns();
    }
}
