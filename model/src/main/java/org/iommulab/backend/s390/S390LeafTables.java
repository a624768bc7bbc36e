package org.iommulab.backend.s390;

import java.util.Arrays;
import org.iommulab.sim.Recomputable;

/**
 * Remembers where page tables are, as {@link org.iommulab.pagetable.LeafTableCache} does. Input addresses of 42 bits leave
 * room for number and place of a table in one word, which makes a lookup a nanosecond shorter. It is a cache of what
 * memory says, not state.
 */
@Recomputable
final class S390LeafTables {
    /** What {@link #find} answers in vain. */
    static final int UNKNOWN = -1;

    private static final int SIZE = 1 << 10;
    private static final long NOTHING = -1;
    private static final long NUMBER_MASK = (1L << S390Format.REACH_BITS - 20) - 1;

    private long[] words = {NOTHING};

    private static long number(long iova) {
        return iova >>> 20 & NUMBER_MASK;
    }

    /** Offset in memory of the page table for an address, or {@link #UNKNOWN}. */
    int find(long iova) {
        long[] array = words;
        long number = number(iova);
        long word = array[(int) number & array.length - 1];
        return word >>> 32 == number ? (int) word : UNKNOWN;
    }

    void remember(long iova, int table) {
        if (words.length < SIZE) {
            words = new long[SIZE];
            forget();
        }
        words[(int) number(iova) & SIZE - 1] = number(iova) << 32 | table;
    }

    void forget() {
        Arrays.fill(words, NOTHING);
    }
}
