package org.iommulab.backend.intel;

/**
 * What a page-selective invalidation names: 2^mask pages around an address (iommu_flush_iotlb_psi,
 * calculate_psi_aligned_address).
 *
 * @param address of the first page that is meant
 */
record VtdPages(long address, int mask) {
    static final VtdPages NONE = new VtdPages(0, 0);

    /** The smallest block of a power of two of pages, aligned to its size, that has them all. */
    static VtdPages of(long address, long pages) {
        long rounded = pages <= 1 ? 1 : Long.highestOneBit(pages - 1) << 1;
        long first = address >>> 12;
        int mask = Long.numberOfTrailingZeros(rounded);
        if ((first & rounded - 1) != 0) {
            long shared = ~(first ^ first + pages - 1) & -rounded;
            mask = Long.numberOfTrailingZeros(shared);
        }
        return new VtdPages(address & -VtdLayout.PAGE, Math.min(mask, 52));
    }

    /** aligned_nrpages: how many pages these bytes touch. */
    static long count(long address, long bytes) {
        return (address & VtdLayout.PAGE - 1) + bytes + VtdLayout.PAGE - 1 >>> 12;
    }

    /** The first address that is invalidated. */
    long aligned() {
        return mask >= 52 ? 0 : address & -(1L << 12 + mask);
    }
}
