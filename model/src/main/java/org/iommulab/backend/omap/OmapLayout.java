package org.iommulab.backend.omap;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of the OMAP IOMMU and their bits (drivers/iommu/omap-iommu.h): no behaviour. */
public final class OmapLayout {
    public static final int REVISION = 0x00;
    public static final int IRQSTATUS = 0x18;
    public static final int IRQENABLE = 0x1c;
    public static final int WALKING_ST = 0x40;
    public static final int CNTL = 0x44;
    public static final int FAULT_AD = 0x48;
    public static final int TTB = 0x4c;
    public static final int LOCK = 0x50;
    public static final int LD_TLB = 0x54;
    public static final int CAM = 0x58;
    public static final int RAM = 0x5c;
    public static final int GFLUSH = 0x60;
    public static final int FLUSH_ENTRY = 0x64;
    public static final int READ_CAM = 0x68;
    public static final int READ_RAM = 0x6c;
    public static final int EMU_FAULT_AD = 0x70;
    public static final int GP_REG = 0x88;

    public static final int CNTL_MMU_EN = 1 << 1;
    /** The hardware walks tables; without it software must load the TLB. */
    public static final int CNTL_TWL_EN = 1 << 2;

    public static final int CNTL_EML_TLB = 1 << 3;
    public static final int CNTL_ALL = CNTL_EML_TLB | CNTL_TWL_EN | CNTL_MMU_EN;

    public static final int IRQ_TLB_MISS = 1;
    public static final int IRQ_TRANSLATION_FAULT = 1 << 1;
    public static final int IRQ_EMU_MISS = 1 << 2;
    public static final int IRQ_TABLE_WALK_FAULT = 1 << 3;
    public static final int IRQ_MULTI_HIT = 1 << 4;
    public static final int IRQ_ALL = 0x1f;
    /** What the driver enables with the hardware walker, and without. */
    public static final int IRQS_WITH_WALKER = IRQ_ALL & ~IRQ_TLB_MISS;

    public static final int IRQS_WITHOUT_WALKER = IRQ_ALL & ~IRQ_TABLE_WALK_FAULT;

    /** The master gets an error for a fault instead of waiting. */
    public static final int GP_BUS_ERROR_BACK = 1;

    public static final int CAM_VALID = 1 << 2;
    /** The slot survives a flush of everything. */
    public static final int CAM_PRESERVED = 1 << 3;

    static final int RAM_MIXED_SHIFT = 6;
    static final int RAM_ELEMENT_SHIFT = 7;
    static final int RAM_ENDIAN_SHIFT = 9;

    /** In the registers of a DRA7 DSP (DSP_SYSTEM): which of its MMUs may translate, a bit every four. */
    public static final int DSP_SYS_MMU_CONFIG = 0x18;

    private static final int DSP_SYS_MMU_CONFIG_EN_SHIFT = 4;

    private static final int BASE_SHIFT = 10;
    private static final int VICTIM_SHIFT = 4;
    private static final int SLOT_MASK = 0x1f;
    private static final int SIZE_MASK = 3;
    private static final List<Long> SIZES =
            List.of(OmapFormat.SECTION, OmapFormat.LARGE_PAGE, OmapFormat.SMALL_PAGE, OmapFormat.SUPERSECTION);

    /** Table bases are aligned to the first-level table's size. */
    static final long TTB_MASK = 0xffff_c000L;

    private OmapLayout() {}

    /** The LOCK register: slots below {@code base} are pinned, {@code victim} is the slot that the CPU sees. */
    public static int lock(int base, int victim) {
        return base << BASE_SHIFT | victim << VICTIM_SHIFT;
    }

    public static int lockBase(int lock) {
        return lock >>> BASE_SHIFT & SLOT_MASK;
    }

    public static int lockVictim(int lock) {
        return lock >>> VICTIM_SHIFT & SLOT_MASK;
    }

    /** Bytes of the page that a CAM word stands for. */
    public static long bytes(int cam) {
        return SIZES.get(cam & SIZE_MASK);
    }

    /** First address of that page. */
    public static long tag(int cam) {
        return cam & -bytes(cam) & 0xffff_ffffL;
    }

    /** A valid CAM word for the page of this size around an address. */
    public static int cam(long input, long bytes) {
        return (int) (input & -bytes) | CAM_VALID | SIZES.indexOf(bytes);
    }

    /** The bit of {@link #DSP_SYS_MMU_CONFIG} for an MMU: 0 for MDMA, 1 for EDMA. */
    public static int mmuEnable(int mmu) {
        return 1 << mmu * DSP_SYS_MMU_CONFIG_EN_SHIFT;
    }

    /** @param revision major number in bits 7:4, minor in 3:0 */
    static List<Register> registers(int revision) {
        return List.of(
                new Register("MMU_REVISION", REVISION, revision),
                new Register("MMU_IRQSTATUS", IRQSTATUS),
                new Register("MMU_IRQENABLE", IRQENABLE),
                new Register("MMU_WALKING_ST", WALKING_ST),
                new Register("MMU_CNTL", CNTL),
                new Register("MMU_FAULT_AD", FAULT_AD),
                new Register("MMU_TTB", TTB),
                new Register("MMU_LOCK", LOCK),
                new Register("MMU_LD_TLB", LD_TLB),
                new Register("MMU_CAM", CAM),
                new Register("MMU_RAM", RAM),
                new Register("MMU_GFLUSH", GFLUSH),
                new Register("MMU_FLUSH_ENTRY", FLUSH_ENTRY),
                new Register("MMU_READ_CAM", READ_CAM),
                new Register("MMU_READ_RAM", READ_RAM),
                new Register("MMU_EMU_FAULT_AD", EMU_FAULT_AD),
                new Register("MMU_GP_REG", GP_REG));
    }
}
