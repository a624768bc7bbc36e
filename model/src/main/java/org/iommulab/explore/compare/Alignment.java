package org.iommulab.explore.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Recording;

/**
 * Several recordings as the rows of one table, a column each: in a row stand events that correspond, or events without
 * a counterpart that happened at the same place. Down a column the steps rise without a gap.
 */
public final class Alignment {
    /** What a row says. */
    public enum RowKind {
        /** The same happened everywhere. */
        SAME,
        /** The same thing, with another result, value or object. */
        CHANGED,
        /** What happened in one has no counterpart in another. */
        DIFFERENT
    }

    private final int[][] steps;
    private final int[][] reached;
    private final int[][] rows;
    private final RowKind[] kinds;

    private Alignment(List<int[]> table, int[] lengths, RowKind[] kinds) {
        this.steps = new int[lengths.length][table.size()];
        this.reached = new int[lengths.length][table.size()];
        this.rows = new int[lengths.length][];
        this.kinds = kinds;
        for (int column = 0; column < lengths.length; column++) {
            rows[column] = new int[lengths[column] + 1];
            int last = 0;
            for (int row = 0; row < table.size(); row++) {
                int step = table.get(row)[column];
                steps[column][row] = step;
                last = Math.max(last, step);
                reached[column][row] = last;
                if (step != 0) {
                    rows[column][step] = row;
                }
            }
        }
    }

    /** @param recordings at least one; the first is the one that the others are held against */
    public static Alignment of(List<Recording> recordings, Likeness likeness) {
        List<EventKeys> keys = recordings.stream()
                .map(recording -> EventKeys.of(recording, likeness))
                .toList();
        var pairs = new ArrayList<int[]>();
        for (int column = 1; column < recordings.size(); column++) {
            pairs.add(Pairing.of(recordings.getFirst(), recordings.get(column), keys.getFirst(), keys.get(column)));
        }
        List<int[]> table =
                new RowTable(recordings.stream().mapToInt(Recording::length).toArray(), pairs).rows();
        var kinds = new RowKind[table.size()];
        for (int row = 0; row < kinds.length; row++) {
            kinds[row] = kind(table.get(row), pairs, keys);
        }
        int[] lengths = recordings.stream().mapToInt(Recording::length).toArray();
        return new Alignment(table, lengths, kinds);
    }

    private static RowKind kind(int[] row, List<int[]> pairs, List<EventKeys> keys) {
        boolean same = true;
        for (int column = 1; column < row.length; column++) {
            if (row[0] == 0 || row[column] == 0 || pairs.get(column - 1)[row[0]] != row[column]) {
                return RowKind.DIFFERENT;
            }
            same &= keys.getFirst().exact(row[0]) == keys.get(column).exact(row[column]);
        }
        return same ? RowKind.SAME : RowKind.CHANGED;
    }

    /** How many recordings. */
    public int columns() {
        return steps.length;
    }

    public int rows() {
        return kinds.length;
    }

    public RowKind kind(int row) {
        return kinds[row];
    }

    /** The step that stands in this row, or 0. */
    public int step(int column, int row) {
        return steps[column][row];
    }

    /** How far this recording has got in this row: the step that stands there, or the last one above. */
    public int reached(int column, int row) {
        return reached[column][row];
    }

    /** The row in which a step stands; the first row for step 0. */
    public int row(int column, int step) {
        return rows.length == 0 || step == 0 ? 0 : rows[column][step];
    }

    /** The first row that is not the same everywhere. */
    public OptionalInt firstDifference() {
        return nextDifference(-1);
    }

    /** The first row after this one with which a part that is not the same everywhere begins. */
    public OptionalInt nextDifference(int row) {
        for (int at = row + 1; at < kinds.length; at++) {
            if (begins(at)) {
                return OptionalInt.of(at);
            }
        }
        return OptionalInt.empty();
    }

    /** The last row before this one with which a part that is not the same everywhere begins. */
    public OptionalInt previousDifference(int row) {
        for (int at = Math.min(row, kinds.length) - 1; at >= 0; at--) {
            if (begins(at)) {
                return OptionalInt.of(at);
            }
        }
        return OptionalInt.empty();
    }

    private boolean begins(int row) {
        return kinds[row] != RowKind.SAME && (row == 0 || kinds[row - 1] == RowKind.SAME);
    }

    /** The first row at which the runs part, in the sense of a likeness. */
    OptionalInt parting(List<Recording> recordings, Likeness likeness) {
        int first = likeness == Likeness.EXACT ? 0 : afterBoot(recordings.getFirst());
        for (int row = first; row < kinds.length; row++) {
            if (kinds[row] != RowKind.SAME && (likeness == Likeness.EXACT || ofTheCore(recordings, row))) {
                return OptionalInt.of(row);
            }
        }
        return OptionalInt.empty();
    }

    /** The row of the second action; of the first where there is no other. */
    private int afterBoot(Recording recording) {
        int boot = recording.next(0, Event.Chapter.class::isInstance);
        int second = recording.next(boot, Event.Chapter.class::isInstance);
        return row(0, second);
    }

    private boolean ofTheCore(List<Recording> recordings, int row) {
        for (int column = 0; column < steps.length; column++) {
            int step = steps[column][row];
            if (step != 0 && ofTheCore(recordings.get(column), step)) {
                return true;
            }
        }
        return false;
    }

    private static boolean ofTheCore(Recording recording, int step) {
        Lane lane = recording.lane(step);
        EventKind kind = recording.kind(step);
        return lane == Lane.USER
                || lane == Lane.CORE
                || kind == EventKind.CALLBACK
                || kind == EventKind.MISSING
                || kind == EventKind.OOPS
                || kind == EventKind.HANG;
    }

    @Override
    public String toString() {
        return kinds.length + " rows: " + Arrays.stream(kinds).distinct().toList();
    }
}
