package org.iommulab.pagetable;

import java.util.Arrays;
import org.iommulab.memory.MemoryCache;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Recomputable;
import org.iommulab.sim.StateStore;

/**
 * Remembers where the leaf tables are, so that most calls never walk. It is a cache of what memory says, not state: it
 * forgets everything when somebody else may have changed memory.
 *
 * <p>A slot is one word: above the table's offset stands what of the input address the slot's number does not say.
 */
@Recomputable
public final class LeafTableCache implements MemoryCache {
    /** What {@link #find} answers in vain. */
    public static final int UNKNOWN = -1;

    private static final int INDEX_BITS = 10;
    private static final int SLOTS = 1 << INDEX_BITS;
    private static final int OFFSET_BITS = Integer.numberOfTrailingZeros(StateStore.MOST_WORDS) + 3;
    private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;

    /** Negative, as no used slot is. */
    private static final long EMPTY = -1;

    /** The slots of all who have nothing to remember yet. */
    private static final long[] NOTHING = emptySlots();

    private final PhysicalMemory memory;
    private final int keyShift;
    private long[] slots = NOTHING;
    private boolean isTold;

    /**
     * @param memory where the tables are
     * @param keyShift lowest input address bit above those that index the leaf table
     */
    public LeafTableCache(PhysicalMemory memory, int keyShift) {
        this.memory = memory;
        this.keyShift = keyShift;
    }

    private static long[] emptySlots() {
        long[] slots = new long[SLOTS];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    /** Offset of the leaf table for an address, or {@link #UNKNOWN}. */
    public int find(long iova) {
        return knows(iova) ? known(iova) : UNKNOWN;
    }

    /** Whether {@link #known} has an answer. */
    public boolean knows(long iova) {
        long key = iova >>> keyShift;
        return slot(key) >> OFFSET_BITS == key >>> INDEX_BITS;
    }

    /** Offset of the leaf table for an address that it {@link #knows}. */
    public int known(long iova) {
        return (int) slot(iova >>> keyShift) & OFFSET_MASK;
    }

    private long slot(long key) {
        return slots[(int) key & SLOTS - 1];
    }

    /** @param table offset in memory */
    public void remember(long iova, int table) {
        if (slots == NOTHING) {
            slots = emptySlots();
        }
        if (!isTold) {
            isTold = true;
            memory.tell(this);
        }
        long key = iova >>> keyShift;
        long rest = key >>> INDEX_BITS;
        long slot = rest << OFFSET_BITS | table;
        // With small leaf tables an address may have more bits than there is room for; it is not remembered then.
        slots[(int) key & SLOTS - 1] = slot >> OFFSET_BITS == rest ? slot : EMPTY;
    }

    @Override
    public void memoryChanged() {
        isTold = false;
        forget();
    }

    public void forget() {
        if (slots != NOTHING) {
            Arrays.fill(slots, EMPTY);
        }
    }
}
