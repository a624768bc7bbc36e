package org.iommulab.pagetable;

import java.util.Arrays;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Recomputable;

/** Of tables with few leaf tables, as those of two levels: there is a place for each, and nothing to compare. */
@Recomputable
sealed class LeafTablePlaces extends LeafTableCache permits LeafWords {
    /** So many bits of an input address may choose the leaf table. */
    static final int MOST_BITS = 12;

    /** The places of all who have nothing to remember yet. */
    private static final int[] NOTHING = emptyPlaces(1 << MOST_BITS);

    private final int keyShift;
    private final int keyMask;
    private int[] places = NOTHING;

    /** See {@link LeafTableCache#of}. */
    LeafTablePlaces(PhysicalMemory memory, int keyShift, int keyBits) {
        super(memory);
        this.keyShift = keyShift;
        this.keyMask = (1 << keyBits) - 1;
    }

    private static int[] emptyPlaces(int count) {
        int[] places = new int[count];
        Arrays.fill(places, UNKNOWN);
        return places;
    }

    @Override
    public final int find(long iova) {
        return places[(int) (iova >>> keyShift) & keyMask];
    }

    /** As {@link #find}, for tables whose input addresses have 32 bits. */
    final int find(int iova) {
        return places[iova >>> keyShift];
    }

    @Override
    final void put(long iova, int table) {
        if (places == NOTHING) {
            places = emptyPlaces(keyMask + 1);
        }
        places[(int) (iova >>> keyShift) & keyMask] = table;
    }

    @Override
    public final void forget() {
        if (places != NOTHING) {
            Arrays.fill(places, UNKNOWN);
        }
    }
}
