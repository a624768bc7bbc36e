package org.iommulab.pagetable;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * Where the bits of an address sit in an entry: one run of bits moved by a fixed distance, and in some formats further
 * ones (addresses that outgrew their field). Found by asking the format about each bit.
 */
final class AddressBits {
    private final long mask;
    private final int distance;
    // The second and third run stand here too: most formats with more than one have no further.
    private final long mask2;
    private final int distance2;
    private final long mask3;
    private final int distance3;
    private final long[] moreMasks;
    private final int[] moreDistances;
    /** Whether all of them are to be moved to the left, and there are no more than three. */
    private final boolean rises;

    private AddressBits(long[] masks, int[] distances) {
        mask = masks.length == 0 ? 0 : masks[0];
        distance = masks.length == 0 ? 0 : distances[0];
        mask2 = masks.length < 2 ? 0 : masks[1];
        distance2 = masks.length < 2 ? 0 : distances[1];
        mask3 = masks.length < 3 ? 0 : masks[2];
        distance3 = masks.length < 3 ? 0 : distances[2];
        moreMasks = masks.length < 4 ? new long[0] : Arrays.copyOfRange(masks, 3, masks.length);
        moreDistances = masks.length < 4 ? new int[0] : Arrays.copyOfRange(distances, 3, distances.length);
        rises = masks.length < 4 && isLeft(mask, distance) && isLeft(mask2, distance2) && isLeft(mask3, distance3);
    }

    private static boolean isLeft(long mask, int distance) {
        return distance >= 0 && mask << distance >>> distance == mask;
    }

    /**
     * @param entry the format's encoder: an entry for an address
     * @param lowest number of the lowest address bit that an entry can hold
     * @param width width of an address
     */
    static AddressBits of(LongUnaryOperator entry, int lowest, int width) {
        long[] masks = new long[width];
        int[] distances = new int[width];
        int pieces = 0;
        long zero = entry.applyAsLong(0);
        for (int bit = lowest; bit < width; bit++) {
            long encoded = entry.applyAsLong(1L << bit) ^ zero;
            if (Long.bitCount(encoded) != 1) {
                throw new IllegalArgumentException("address bit " + bit + " is not one bit of an entry");
            }
            int moved = bit - Long.numberOfTrailingZeros(encoded);
            int piece = 0;
            while (piece < pieces && distances[piece] != moved) {
                piece++;
            }
            distances[piece] = moved;
            masks[piece] |= encoded;
            pieces = Math.max(pieces, piece + 1);
        }
        return new AddressBits(Arrays.copyOf(masks, pieces), Arrays.copyOf(distances, pieces));
    }

    /** Whether there is one run of bits only: then mask and distance say it all. */
    boolean isOneRun() {
        return mask2 == 0;
    }

    /** Of an entry: the (first) run of address bits. */
    long mask() {
        return mask;
    }

    /** The other runs. */
    long furtherMasks() {
        long all = mask2 | mask3;
        for (long more : moreMasks) {
            all |= more;
        }
        return all;
    }

    /** By how much those bits are rotated to the left to be an address. */
    int distance() {
        return distance;
    }

    /** The address that an entry holds. */
    long decode(long entry) {
        return rises
                ? (entry & mask) << distance | (entry & mask2) << distance2 | (entry & mask3) << distance3
                : decodeEitherWay(entry);
    }

    private long decodeEitherWay(long entry) {
        // A rotation moves either way; the mask leaves nothing that could come round.
        long address = Long.rotateLeft(entry & mask, distance)
                | Long.rotateLeft(entry & mask2, distance2)
                | Long.rotateLeft(entry & mask3, distance3);
        for (int i = 0; i < moreMasks.length; i++) {
            address |= Long.rotateLeft(entry & moreMasks[i], moreDistances[i]);
        }
        return address;
    }

    /**
     * How many bits from the bottom are moved together: as long as the bits above stay the same, a step of the address is
     * a step of the entry.
     */
    int movedTogether() {
        long together = Long.rotateLeft(mask, distance);
        return Long.numberOfTrailingZeros(~(together | Long.lowestOneBit(together) - 1));
    }

    /** The bits of an entry that hold the address. */
    long encode(long address) {
        long bits = Long.rotateRight(address, distance) & mask
                | Long.rotateRight(address, distance2) & mask2
                | Long.rotateRight(address, distance3) & mask3;
        for (int i = 0; i < moreMasks.length; i++) {
            bits |= Long.rotateRight(address, moreDistances[i]) & moreMasks[i];
        }
        return bits;
    }
}
