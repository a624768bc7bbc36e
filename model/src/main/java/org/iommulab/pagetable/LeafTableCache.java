package org.iommulab.pagetable;

import org.iommulab.memory.MemoryCache;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Recomputable;

/**
 * Remembers where the leaf tables are, so that most calls never walk. It is a cache of what memory says, not state: it
 * forgets everything when somebody else may have changed memory.
 */
public abstract sealed class LeafTableCache implements MemoryCache permits LeafTablePlaces, LeafTableSlots {
    /** What {@link #find} answers in vain: so far below 0 that the offset of an entry, added to it, does not get there. */
    public static final int UNKNOWN = Integer.MIN_VALUE;

    final PhysicalMemory memory;

    @Recomputable
    private boolean isTold;

    LeafTableCache(PhysicalMemory memory) {
        this.memory = memory;
    }

    /**
     * A cache for tables of any depth.
     *
     * @param memory where the tables are
     * @param keyShift lowest input address bit above those that index the leaf table
     */
    public static LeafTableCache of(PhysicalMemory memory, int keyShift) {
        return new LeafTableSlots(memory, keyShift);
    }

    /**
     * The same, for tables that look at no input address bit from {@code keyShift + keyBits} on.
     *
     * @param keyBits how many bits of an input address choose the leaf table
     */
    static LeafTableCache of(PhysicalMemory memory, int keyShift, int keyBits) {
        return keyBits <= LeafTablePlaces.MOST_BITS
                ? new LeafTablePlaces(memory, keyShift, keyBits)
                : of(memory, keyShift);
    }

    /** Offset of the leaf table for an address, or {@link #UNKNOWN}. */
    public abstract int find(long iova);

    /** @param table offset in memory */
    public final void remember(long iova, int table) {
        if (!isTold) {
            isTold = true;
            memory.tell(this);
        }
        put(iova, table);
    }

    abstract void put(long iova, int table);

    public abstract void forget();

    @Override
    public final void memoryChanged() {
        isTold = false;
        forget();
    }
}
