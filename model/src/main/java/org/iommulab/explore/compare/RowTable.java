package org.iommulab.explore.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts several recordings into the rows of one table. The first recording's steps have a row each; every other stands
 * beside its pairs, and what has none beside the rows between them, with rows of its own where those do not suffice.
 */
final class RowTable {
    private final int columns;
    private List<int[]> rows = new ArrayList<>();

    /** @param pairs for every recording but the first: its step for each step of the first, or 0 */
    RowTable(int[] lengths, List<int[]> pairs) {
        columns = lengths.length;
        for (int step = 1; step <= lengths[0]; step++) {
            row(rows, 0, step);
        }
        for (int column = 1; column < columns; column++) {
            add(column, lengths[column], pairs.get(column - 1));
        }
    }

    List<int[]> rows() {
        return List.copyOf(rows);
    }

    private void row(List<int[]> to, int column, int step) {
        int[] row = new int[columns];
        row[column] = step;
        to.add(row);
    }

    private void add(int column, int length, int[] pairs) {
        List<int[]> table = new ArrayList<>(rows.size());
        int next = 1; // the first step of this column that has no row yet
        int free = 0; // the first row of the table that this column may still fill
        for (int[] row : rows) {
            int paired = row[0] == 0 ? 0 : pairs[row[0]];
            if (paired != 0) {
                next = fill(table, free, column, next, paired);
                row[column] = paired;
                next = paired + 1;
            }
            table.add(row);
            free = paired != 0 ? table.size() : free;
        }
        fill(table, free, column, next, length + 1);
        rows = table;
    }

    /** Puts the steps up to {@code end} beside the rows from {@code free} on, the rest in rows of their own. */
    private int fill(List<int[]> table, int free, int column, int from, int end) {
        int step = from;
        for (int at = free; at < table.size() && step < end; at++) {
            table.get(at)[column] = step++;
        }
        while (step < end) {
            row(table, column, step++);
        }
        return step;
    }
}
