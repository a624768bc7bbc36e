package org.iommulab.pagetable.lpae;

import java.util.Set;

/**
 * What a driver asks for ({@code struct io_pgtable_cfg}).
 *
 * @param inputBits width of an input address
 * @param outputBits width of an output address: 32, 36, 40, 42, 44, 48 or 52
 * @param pageSizes a bit for each size that the driver would use
 * @param coherentWalk whether the unit's walks see the CPU's caches
 */
public record LpaeConfig(
        LpaeVariant variant,
        int inputBits,
        int outputBits,
        long pageSizes,
        Set<LpaeQuirk> quirks,
        boolean coherentWalk) {

    private static final long CPU_PAGE = 4096;
    private static final long SMALL = 1L << 12 | 1L << 21 | 1L << 30;
    private static final long MIDDLE = 1L << 14 | 1L << 25;
    private static final long BIG = 1L << 16 | 1L << 29;
    private static final long TERABYTES = 1L << 42;
    private static final int USUAL_BITS = 48;
    private static final int BIG_BITS = 52;

    public LpaeConfig {
        quirks = Set.copyOf(quirks);
    }

    boolean has(LpaeQuirk quirk) {
        return quirks.contains(quirk);
    }

    /**
     * The same, reduced to what one granule offers: the CPU's page size (4 KiB) if the driver has it, else the biggest
     * below, else the smallest above it (arm_lpae_restrict_pgsizes, and the masks of the 32-bit and Mali variants).
     */
    LpaeConfig restricted() {
        long asked = variant.isOfSmallGranule() ? pageSizes & SMALL : pageSizes;
        long granule = granule(asked);
        long offered = granule == 1L << 12 ? SMALL : granule == 1L << 14 ? MIDDLE : granule == 1L << 16 ? big() : 0;
        int most = granule == 1L << 16 ? BIG_BITS : USUAL_BITS;
        return new LpaeConfig(
                variant, Math.min(inputBits, most), Math.min(outputBits, most), asked & offered, quirks, coherentWalk);
    }

    private long big() {
        return outputBits > USUAL_BITS ? BIG | TERABYTES : BIG;
    }

    private static long granule(long sizes) {
        if ((sizes & CPU_PAGE) != 0) {
            return CPU_PAGE;
        }
        long below = sizes & CPU_PAGE - 1;
        return below != 0 ? Long.highestOneBit(below) : Long.lowestOneBit(sizes);
    }

    /** Whether io-pgtable-arm makes a table of this; when not, the driver gets -ENOMEM. */
    boolean isPossible() {
        return inputBits <= variant.mostInputBits()
                && outputBits <= variant.mostOutputBits()
                && (variant.isStageOne() || quirks.isEmpty())
                && !(coherentWalk && has(LpaeQuirk.ARM_OUTER_WBWA));
    }
}
