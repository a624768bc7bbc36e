package org.iommulab.backend.armsmmuv3;

import java.util.ArrayList;
import java.util.List;

/** How a range is said to the unit (__arm_smmu_tlb_inv_range): page by page, or in runs of up to 31 times 2^scale pages. */
final class SmmuV3Ranges {
    /** CMDQ_TLBI_RANGE_NUM_MAX. */
    private static final int MOST_UNITS = 31;

    private SmmuV3Ranges() {}

    /**
     * @param granule size of the pages that were unmapped
     * @param leaf whether no table was taken out
     * @param pageSizes of the domain
     * @param ranges whether the unit knows runs
     */
    static List<SmmuV3Command.Pages> of(
            long iova, long bytes, long granule, boolean leaf, long pageSizes, boolean ranges) {
        var pages = new ArrayList<SmmuV3Command.Pages>();
        long end = iova + bytes;
        if (!ranges) {
            for (long at = iova; Long.compareUnsigned(at, end) < 0; at += granule) {
                pages.add(new SmmuV3Command.Pages(at, 0, 0, 0, 0, leaf));
            }
            return pages;
        }
        int shift = Long.numberOfTrailingZeros(pageSizes);
        long left = bytes >>> shift;
        int level = leaf ? 4 - (Long.numberOfTrailingZeros(granule) - 3) / (shift - 3) : 0;
        if (!leaf && (left & MOST_UNITS) == 1) {
            left++; // a range of exactly one page would not be taken for a range
        }
        for (long at = iova; Long.compareUnsigned(at, end) < 0; ) {
            int scale = Long.numberOfTrailingZeros(left);
            int units = (int) (left >>> scale) & MOST_UNITS;
            pages.add(new SmmuV3Command.Pages(at, units - 1, scale, (shift - 10) / 2, level, leaf));
            at += (long) units << scale + shift;
            left -= (long) units << scale;
        }
        return pages;
    }
}
