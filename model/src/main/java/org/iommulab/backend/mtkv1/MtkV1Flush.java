package org.iommulab.backend.mtkv1;

import org.iommulab.hardware.Mmio;

/** The driver's register sequences. */
public final class MtkV1Flush {
    /** Every 10 microseconds for 100 milliseconds. */
    private static final int POLLS = 10_000;

    private MtkV1Flush() {}

    /** mtk_iommu_v1_hw_init. */
    public static void initialise(Mmio unit, long protectBuffer) {
        unit.write32(MtkV1Layout.CTRL, MtkV1Layout.CTRL_VALUE);
        unit.write32(MtkV1Layout.INT_CONTROL, MtkV1Layout.INT_ALL);
        unit.write32(MtkV1Layout.IVRP_PADDR, (int) protectBuffer);
        unit.write32(MtkV1Layout.DCM, MtkV1Layout.DCM_ON);
    }

    /** mtk_iommu_v1_tlb_flush_all. */
    public static void all(Mmio unit) {
        unit.write32(MtkV1Layout.INV_SEL, MtkV1Layout.INV_SEL_VALUE);
        unit.write32(MtkV1Layout.INVALIDATE, MtkV1Layout.INVALIDATE_ALL);
    }

    /**
     * mtk_iommu_v1_tlb_flush_range. A range of no bytes is written with its end before its start.
     *
     * @return false when the unit did not say "done" in time and everything was flushed instead, which the driver warns
     *     about
     */
    public static boolean range(Mmio unit, long iova, long bytes) {
        unit.write32(MtkV1Layout.INV_SEL, MtkV1Layout.INV_SEL_VALUE);
        unit.write32(MtkV1Layout.INVLD_START, (int) iova & -4096);
        unit.write32(MtkV1Layout.INVLD_END, (int) (iova + bytes - 1) & -4096);
        unit.write32(MtkV1Layout.INVALIDATE, MtkV1Layout.INVALIDATE_RANGE);
        int polls = 0;
        boolean done = unit.read32(MtkV1Layout.CPE_DONE) != 0;
        while (!done && polls < POLLS) {
            polls++;
            done = unit.read32(MtkV1Layout.CPE_DONE) != 0;
        }
        if (!done) {
            all(unit);
        }
        unit.write32(MtkV1Layout.CPE_DONE, 0);
        return done;
    }
}
