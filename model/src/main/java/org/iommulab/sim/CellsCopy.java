package org.iommulab.sim;

import java.util.Arrays;

/** A copy of the cells: only those that are not 0, where most of them are; a machine that was just built is like that. */
final class CellsCopy {
    private final int[] places;
    private final long[] values;

    private CellsCopy(int[] places, long[] values) {
        this.places = places;
        this.values = values;
    }

    static CellsCopy of(long[] cells, int count) {
        int used = 0;
        for (int i = 0; i < count; i++) {
            used += cells[i] == 0 ? 0 : 1;
        }
        if (3 * used > 2 * count) { // an entry and its place take half as much again as an entry
            return new CellsCopy(new int[0], Arrays.copyOf(cells, count));
        }
        var copy = new CellsCopy(new int[used], new long[used]);
        for (int i = 0, at = 0; i < count; i++) {
            if (cells[i] != 0) {
                copy.places[at] = i;
                copy.values[at++] = cells[i];
            }
        }
        return copy;
    }

    /** Makes the cells what they were. */
    void into(long[] cells) {
        Arrays.fill(cells, 0);
        if (places.length == 0) {
            System.arraycopy(values, 0, cells, 0, values.length);
        }
        for (int i = 0; i < places.length; i++) {
            cells[places[i]] = values[i];
        }
    }
}
