package org.iommulab.backend.mtk;

import java.util.List;

/**
 * A range of input addresses that some masters use and others do not ({@code struct mtk_iommu_iova_region}). All regions
 * of an M4U are in one table.
 */
record MtkRegion(long base, long size) {
    private static final long FOUR_GIB = 1L << 32;
    /** From v6.4 on a region of 4 GiB ends this much early. */
    private static final long GAP = 8L << 20;

    private static final long CCU_BYTES = 64L << 20;
    private static final long CCU0 = 0x2_4000_0000L;
    private static final long CCU1 = CCU0 + CCU_BYTES;

    /**
     * The regions of an SoC: one of 4 GiB; or four of 4 GiB and two for the camera's processors, which are in the third.
     *
     * @param gap whether the kernel leaves the gap
     */
    static List<MtkRegion> of(MtkSoc soc, boolean gap) {
        long size = FOUR_GIB - (gap ? GAP : 0);
        return soc.regionCount() == 1
                ? List.of(new MtkRegion(0, size))
                : List.of(
                        new MtkRegion(0, size),
                        new MtkRegion(FOUR_GIB, size),
                        new MtkRegion(2 * FOUR_GIB, size),
                        new MtkRegion(3 * FOUR_GIB, size),
                        new MtkRegion(CCU0, CCU_BYTES),
                        new MtkRegion(CCU1, CCU_BYTES));
    }

    long end() {
        return base + size - 1;
    }

    /** Bits 33:32 of all its addresses. */
    int upper() {
        return (int) (base >>> 32);
    }

    /** Whether another region is in it, so that it must be left out (mtk_iommu_get_resv_regions). */
    boolean holds(MtkRegion other) {
        return other.base > base && other.base + other.size < base + size;
    }
}
