package org.iommulab.pagetable;

import java.util.Arrays;
import org.iommulab.sim.Recomputable;

/**
 * Remembers where the leaf tables are, so that most calls never walk. It is a cache of what memory says, not state: it
 * forgets everything when somebody else may have changed memory.
 */
@Recomputable
public final class LeafTableCache {
    /** What {@link #find} answers in vain. */
    public static final int UNKNOWN = -1;

    private static final long NO_KEY = -1;
    private static final int SIZE = 1 << 10;

    private final int keyShift;
    private long[] keys = {NO_KEY};
    private int[] tables = {UNKNOWN};

    /** @param keyShift lowest input address bit above those that index the leaf table */
    public LeafTableCache(int keyShift) {
        this.keyShift = keyShift;
    }

    /** Offset of the leaf table for an address, or {@link #UNKNOWN}. */
    public int find(long iova) {
        long[] array = keys;
        long key = iova >>> keyShift;
        int slot = (int) key & array.length - 1;
        return array[slot] == key ? tables[slot] : UNKNOWN;
    }

    /** @param table offset in memory */
    public void remember(long iova, int table) {
        if (keys.length < SIZE) {
            keys = new long[SIZE];
            tables = new int[SIZE];
            Arrays.fill(keys, NO_KEY);
        }
        long key = iova >>> keyShift;
        int slot = (int) key & SIZE - 1;
        keys[slot] = key;
        tables[slot] = table;
    }

    public void forget() {
        Arrays.fill(keys, NO_KEY);
    }
}
