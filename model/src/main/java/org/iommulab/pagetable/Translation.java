package org.iommulab.pagetable;

/**
 * Anything that maps input addresses to output addresses: {@link RadixTable}, and the formats that are no radix tree.
 *
 * <p>{@link #map} answers two things in one long, so that nothing is allocated: the bytes mapped (a multiple of 4096)
 * plus, in the low 12 bits, the errno of the page that stopped it (positive, 0 when none did). See
 * {@link #mappedBytes} and {@link #errno}.
 */
public interface Translation {
    /** What {@link #translate} answers for an address that nothing is mapped at. */
    long NOT_MAPPED = -1;

    /**
     * Maps {@code count} pages of one size, both addresses ascending.
     *
     * @param prot {@link Prot} bits
     * @return bytes mapped and errno, see above; it may do less than asked without an error
     */
    long map(long iova, long pa, long pageBytes, long count, int prot);

    /** Unmaps {@code count} pages of one size; the bytes that are unmapped now. */
    long unmap(long iova, long pageBytes, long count);

    /** The output address, or {@link #NOT_MAPPED}. */
    long translate(long iova);

    /** Where the hardware finds the (first) top table: a physical address. */
    long base();

    /** Gives all its memory back; the bytes that were given back. It must not be used afterwards. */
    long free();

    static long mappedBytes(long result) {
        return result & ~0xfffL;
    }

    /** Positive; 0 for none. */
    static int errno(long result) {
        return (int) result & 0xfff;
    }
}
