package org.iommulab.backend.exynos;

import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.backend.exynos.SysMmuLayout.Variant;
import org.iommulab.hardware.Mmio;

/**
 * The register sequences of the driver (drivers/iommu/exynos-iommu.c), without its locks and clocks. The unit must be
 * powered.
 *
 * <p>The driver's half of the contract: it knows the revision that it read, and the registers, and nothing of the unit.
 */
public final class SysMmuFlush {
    private static final int BLOCK_READS = 120;
    private static final int REVISION_2_ENTRIES = 64;

    private SysMmuFlush() {}

    /** {@code __sysmmu_enable_nocount}: programs the unit with a table and switches translation on. */
    public static void enable(Mmio unit, Revision revision, long tableBase) {
        Variant variant = revision.variant();
        unit.write32(SysMmuLayout.MMU_CTRL, SysMmuLayout.CTRL_BLOCK);
        unit.write32(SysMmuLayout.MMU_CFG, revision.config());
        setTableBase(unit, revision, tableBase);
        if (variant == Variant.V7_VM) {
            int control = unit.read32(SysMmuLayout.CTRL_VM);
            unit.write32(
                    SysMmuLayout.CTRL_VM,
                    control | SysMmuLayout.CTRL_VM_ENABLE | SysMmuLayout.CTRL_VM_FAULT_MODE_STALL);
        }
        unit.write32(SysMmuLayout.MMU_CTRL, SysMmuLayout.CTRL_ENABLE);
    }

    /** {@code __sysmmu_disable}: afterwards accesses pass untranslated. */
    public static void disable(Mmio unit) {
        unit.write32(SysMmuLayout.MMU_CTRL, SysMmuLayout.CTRL_DISABLE);
        unit.write32(SysMmuLayout.MMU_CFG, 0);
    }

    /** {@code __sysmmu_set_ptbase}: the table base, then everything cached is dropped. */
    public static void setTableBase(Mmio unit, Revision revision, long tableBase) {
        Variant variant = revision.variant();
        unit.write32(variant.ptBase(), (int) (tableBase >>> variant.ptBaseShift()));
        unit.write32(variant.flushAll(), 1);
    }

    /**
     * {@code sysmmu_tlb_invalidate_entry}: after an unmap. When the unit cannot be blocked the flush is skipped, and
     * nobody is told.
     *
     * @param returnedSize what the unmap returned; revision 2 needs an entry flush for each 4 KiB of it, at most 64
     */
    public static void flushRange(Mmio unit, Revision revision, long iova, long returnedSize) {
        if (block(unit)) {
            int count = revision.major() == 2 ? (int) Math.min(returnedSize >>> 12, REVISION_2_ENTRIES) : 1;
            for (int i = 0; i < count; i++) {
                flushEntry(unit, revision, iova + ((long) i << 12));
            }
            unblock(unit);
        }
    }

    /**
     * {@code sysmmu_tlb_invalidate_flpdcache}: after a zero link was replaced by a table. Revisions before 3.3 need
     * nothing.
     */
    public static void flushFirstLevel(Mmio unit, Revision revision, long iova) {
        if (!revision.atLeast(3, 3)) {
            return;
        }
        if (block(unit)) {
            if (revision.major() >= 5) {
                unit.write32(revision.variant().flushAll(), 1);
            } else {
                flushEntry(unit, revision, iova);
            }
            unblock(unit);
        }
    }

    private static void flushEntry(Mmio unit, Revision revision, long iova) {
        unit.write32(revision.variant().flushEntry(), (int) (iova & ~0xfffL) | 1);
    }

    /** {@code sysmmu_block}: at most 120 polls, and a last read that decides. */
    private static boolean block(Mmio unit) {
        unit.write32(SysMmuLayout.MMU_CTRL, SysMmuLayout.CTRL_BLOCK);
        int reads = 0;
        while (reads < BLOCK_READS && !isBlocked(unit)) {
            reads++;
        }
        if (!isBlocked(unit)) {
            unblock(unit);
            return false;
        }
        return true;
    }

    private static boolean isBlocked(Mmio unit) {
        return (unit.read32(SysMmuLayout.MMU_STATUS) & SysMmuLayout.STATUS_BLOCKED) != 0;
    }

    private static void unblock(Mmio unit) {
        unit.write32(SysMmuLayout.MMU_CTRL, SysMmuLayout.CTRL_ENABLE);
    }
}
