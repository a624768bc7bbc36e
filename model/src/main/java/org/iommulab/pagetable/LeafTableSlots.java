package org.iommulab.pagetable;

import java.util.Arrays;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Recomputable;
import org.iommulab.sim.StateStore;

/**
 * Of tables with more leaf tables than there are slots. A slot is one word: above the table's offset stands what of the
 * input address the slot's number does not say.
 */
@Recomputable
final class LeafTableSlots extends LeafTableCache {
    private static final int INDEX_BITS = 10;
    private static final int SLOTS = 1 << INDEX_BITS;
    private static final int OFFSET_BITS = Integer.numberOfTrailingZeros(StateStore.MOST_WORDS) + 3;
    private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;

    /** Negative, as no used slot is. */
    private static final long EMPTY = -1;

    /** The slots of all who have nothing to remember yet. */
    private static final long[] NOTHING = emptySlots();

    private final int keyShift;
    private long[] slots = NOTHING;

    LeafTableSlots(PhysicalMemory memory, int keyShift) {
        super(memory);
        this.keyShift = keyShift;
    }

    private static long[] emptySlots() {
        long[] slots = new long[SLOTS];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    @Override
    public int find(long iova) {
        long key = iova >>> keyShift;
        long slot = slots[(int) key & SLOTS - 1];
        return slot >> OFFSET_BITS == key >>> INDEX_BITS ? (int) slot & OFFSET_MASK : UNKNOWN;
    }

    @Override
    void put(long iova, int table) {
        if (slots == NOTHING) {
            slots = emptySlots();
        }
        long key = iova >>> keyShift;
        long rest = key >>> INDEX_BITS;
        long slot = rest << OFFSET_BITS | table;
        // With small leaf tables an address may have more bits than there is room for; it is not remembered then.
        slots[(int) key & SLOTS - 1] = slot >> OFFSET_BITS == rest ? slot : EMPTY;
    }

    @Override
    public void forget() {
        if (slots != NOTHING) {
            Arrays.fill(slots, EMPTY);
        }
    }
}
