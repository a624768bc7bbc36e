package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/**
 * The registers of an AMD IOMMU (drivers/iommu/amd/amd_iommu_types.h, MMIO_..., and AMD's I/O Virtualization Technology
 * Specification, chapter 3.4). All have 64 bits.
 */
public final class AmdLayout {
    public static final int DEV_TABLE = 0x0000;
    public static final int CMD_BUF = 0x0008;
    public static final int EVT_BUF = 0x0010;
    public static final int CONTROL = 0x0018;
    public static final int EXCL_BASE = 0x0020;
    public static final int EXCL_LIMIT = 0x0028;
    public static final int EXT_FEATURES = 0x0030;
    public static final int PPR_LOG = 0x0038;
    public static final int CMD_HEAD = 0x2000;
    public static final int CMD_TAIL = 0x2008;
    public static final int EVT_HEAD = 0x2010;
    public static final int EVT_TAIL = 0x2018;
    public static final int STATUS = 0x2020;
    public static final int PPR_HEAD = 0x2030;
    public static final int PPR_TAIL = 0x2038;

    /** The address in the base registers, and in the limit of the exclusion range. */
    public static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    /** DEV_TABLE: size in units of 4 KiB, less one. */
    public static final long DEV_TABLE_SIZE = 0x1ff;
    /** CMD_BUF and EVT_BUF: log2 of the number of entries, in four bits. */
    public static final int LENGTH_SHIFT = 56;

    public static final int ENTRY_BYTES = 16;
    /** What drivers take: 512 entries. */
    public static final long LENGTH_512 = 9L << LENGTH_SHIFT;

    // CONTROL, bit numbers.
    public static final int IOMMU_EN = 0;
    public static final int HT_TUN_EN = 1;
    public static final int EVENT_LOG_EN = 2;
    public static final int EVENT_INT_EN = 3;
    public static final int COM_WAIT_INT_EN = 4;
    public static final int INV_TIMEOUT = 5;
    public static final int PASS_PW = 8;
    public static final int RES_PASS_PW = 9;
    public static final int COHERENT = 10;
    public static final int ISOC = 11;
    public static final int CMD_BUF_EN = 12;
    public static final int PPR_LOG_EN = 13;
    public static final int PPR_INT_EN = 14;
    public static final int PPR_EN = 15;
    public static final int GT_EN = 16;
    public static final int GA_LOG_EN = 28;
    public static final int GA_INT_EN = 29;
    /** Code of one second in INV_TIMEOUT. */
    public static final long INV_TIMEOUT_1S = 4;

    // STATUS, bit numbers.
    public static final int EVENT_OVERFLOW = 0;
    public static final int EVENT_INT = 1;
    public static final int COM_WAIT_INT = 2;
    /** Read only, as the next one. */
    public static final int EVENT_LOG_RUN = 3;

    public static final int CMD_BUF_RUN = 4;
    public static final int PPR_INT = 6;
    /** What is cleared by writing 1. */
    public static final long STATUS_CLEARABLE = 0x667;

    /** What the interrupt handler asks about: the event log, and the logs that the lab's units do not keep. */
    public static final int STATUS_INTERRUPTS = 0x643;
    /** The event log alone. */
    public static final int STATUS_EVENT_LOG = 1 << EVENT_OVERFLOW | 1 << EVENT_INT;

    // EXT_FEATURES.
    public static final long FEATURE_GT = 1 << 4;
    public static final long FEATURE_INVALIDATE_ALL = 1 << 6;
    public static final long FEATURE_GIO = 1L << 48;
    /** In two bits: 4, 5 or 6 levels of a host table, or 4 or 5 of a guest table, from 0 on. */
    public static final int FEATURE_HOST_LEVELS = 10;

    public static final int FEATURE_GUEST_LEVELS = 12;
    /** In two bits: levels of the GCR3 table, less one. */
    public static final int FEATURE_GCR3_LEVELS = 14;
    /** In five bits: width of a PASID, less one. */
    public static final int FEATURE_PASID_BITS = 32;

    /** A unit that can do all that the lab models. */
    public static final long USUAL_FEATURES = FEATURE_GT
            | FEATURE_INVALIDATE_ALL
            | FEATURE_GIO
            | 2L << FEATURE_HOST_LEVELS
            | 1L << FEATURE_GUEST_LEVELS
            | 1L << FEATURE_GCR3_LEVELS
            | 15L << FEATURE_PASID_BITS;

    private AmdLayout() {}

    /** In the order of their offsets. */
    public static List<Register> registers(long features) {
        return List.of(
                new Register("DEV_TABLE", DEV_TABLE),
                new Register("CMD_BUF", CMD_BUF),
                new Register("EVT_BUF", EVT_BUF),
                new Register("CONTROL", CONTROL),
                new Register("EXCL_BASE", EXCL_BASE),
                new Register("EXCL_LIMIT", EXCL_LIMIT),
                new Register("EXT_FEATURES", EXT_FEATURES, features),
                new Register("PPR_LOG", PPR_LOG),
                new Register("CMD_HEAD", CMD_HEAD),
                new Register("CMD_TAIL", CMD_TAIL),
                new Register("EVT_HEAD", EVT_HEAD),
                new Register("EVT_TAIL", EVT_TAIL),
                new Register("STATUS", STATUS),
                new Register("PPR_HEAD", PPR_HEAD),
                new Register("PPR_TAIL", PPR_TAIL));
    }

    /** How many levels a host table may have. */
    public static int hostLevels(long features) {
        return Math.min(AmdV1Format.MOST_LEVELS, 4 + ((int) (features >>> FEATURE_HOST_LEVELS) & 3));
    }

    /** How many levels a guest table may have. */
    public static int guestLevels(long features) {
        return Math.min(5, 4 + ((int) (features >>> FEATURE_GUEST_LEVELS) & 3));
    }

    /** How many levels a GCR3 table may have. */
    public static int gcr3Levels(long features) {
        return 1 + ((int) (features >>> FEATURE_GCR3_LEVELS) & 3);
    }

    /** Bytes of the command buffer or the event log. */
    public static int bufferBytes(long baseRegister) {
        return ENTRY_BYTES << ((int) (baseRegister >>> LENGTH_SHIFT) & 15);
    }
}
