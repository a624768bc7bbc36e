package org.iommulab.backend.mtk;

import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** The two ways of invalidating (drivers/iommu/mtk_iommu.c). */
final class MtkTlb {
    private static final String FILE = "drivers/iommu/mtk_iommu.c";
    private static final Term FLUSH_ALL = Term.function("mtk_iommu_tlb_flush_all", FILE);
    private static final Term FLUSH_RANGE = Term.function("mtk_iommu_tlb_flush_range_sync", FILE);
    private static final Term TIMED_OUT = LogText.of("<4>Partial TLB flush timed out, falling back to full flush");

    private MtkTlb() {}

    /** mtk_iommu_tlb_flush_all: always through the first bank, whether the M4U is awake or not. */
    static void flushAll(Kernel kernel, MtkData data) {
        MtkBankData bank = data.bank(0);
        kernel.driverRun(
                FLUSH_ALL,
                data.device(),
                () -> bank.tlbLock().with(() -> {
                    bank.write(data.soc().invSel(), MtkLayout.INV_SEL_BOTH);
                    bank.write(Register.INVALIDATE, MtkLayout.INVALIDATE_ALL);
                }));
    }

    /**
     * mtk_iommu_tlb_flush_range_sync: all M4Us with the same table are told, but for those that sleep. Those flush
     * everything when they wake.
     */
    static void flushRange(Kernel kernel, long iova, long size, MtkBankData bank) {
        kernel.driverRun(FLUSH_RANGE, bank, () -> {
            for (MtkData data : bank.parent().hwList()) {
                boolean alwaysOn = data.soc().has(Flag.PM_CLK_AO);
                if (alwaysOn || data.device().power().getIfInUse() > 0) {
                    flushRangeOf(kernel, data, data.bank(bank.number()), iova, size);
                    if (!alwaysOn) {
                        data.device().power().put(kernel);
                    }
                }
            }
        });
    }

    private static void flushRangeOf(Kernel kernel, MtkData data, MtkBankData bank, long iova, long size) {
        var done = new boolean[1];
        bank.tlbLock().with(() -> {
            bank.write(data.soc().invSel(), MtkLayout.INV_SEL_BOTH);
            bank.write(Register.INVLD_START_A, MtkLayout.tlbAddress(iova));
            bank.write(Register.INVLD_END_A, MtkLayout.tlbAddress(iova + size - 1));
            bank.write(Register.INVALIDATE, MtkLayout.INVALIDATE_RANGE);
            // polled for up to a millisecond; the emulated unit is done at once
            done[0] = bank.read(Register.CPE_DONE) != 0;
            bank.write(Register.CPE_DONE, 0);
        });
        if (!done[0]) {
            kernel.log().line(TIMED_OUT, data.device(), 0, 0);
            flushAll(kernel, data);
        }
    }
}
