package org.iommulab.backend.dart;

/**
 * Registers of one family only, and the chips as the driver's match data tell them apart (struct apple_dart_hw). All from
 * drivers/iommu/apple-dart.c:
 *
 * <ul>
 *   <li>PARAMS1 and PARAMS2: DART_PARAMS1, DART_PARAMS_PAGE_SHIFT, DART_PARAMS2, DART_PARAMS_BYPASS_SUPPORT of v6.1,
 *       read by apple_dart_probe;
 *   <li>the T8020's commands: DART_STREAM_COMMAND* and DART_STREAM_SELECT of v6.1 (DART_T8020_* since v6.3), written by
 *       apple_dart_hw_stream_command;
 *   <li>what the T8110 alone has: DART_T8110_PARAMS3 and 4, DART_T8110_TLB_CMD*, ERROR_MASK, UNPROTECT, PROTECT_LOCK,
 *       DISABLE_STREAMS of v6.3, read by apple_dart_probe and written by apple_dart_t8110_hw_tlb_command and
 *       apple_dart_hw_reset; ERROR_STREAMS came to apple_dart_t8110_irq later (ecf6508923f8);
 *   <li>the chips: apple_dart_hw_t8103 and apple_dart_hw_t6000 of v6.1, apple_dart_hw_t8110 of v6.3.
 * </ul>
 */
public final class DartLayout {
    /** Page size: bits 27:24 hold its logarithm. */
    public static final int PARAMS1 = 0x00;

    public static final int PARAMS1_PAGE_SHIFT = 24;
    public static final int PARAMS1_PAGE_MASK = 0xf;

    public static final int PARAMS2 = 0x04;
    public static final int PARAMS2_BYPASS = 1;

    /** T8020: what to do with the streams of STREAM_SELECT. */
    public static final int STREAM_COMMAND = 0x20;

    public static final int STREAM_COMMAND_INVALIDATE = 1 << 20;
    public static final int STREAM_COMMAND_BUSY = 1 << 2;

    /** T8020: a bit for each stream. */
    public static final int STREAM_SELECT = 0x34;

    /** T8110: width of physical addresses in 29:24, of input addresses in 21:16. */
    public static final int PARAMS3 = 0x08;

    public static final int PARAMS3_PA_SHIFT = 24;
    public static final int PARAMS3_VA_SHIFT = 16;
    public static final int PARAMS3_MASK = 0x3f;

    /** T8110: number of streams in 8:0. */
    public static final int PARAMS4 = 0x0c;

    public static final int PARAMS4_STREAMS = 0x1ff;

    /** T8110: operation in 10:8, stream in 7:0. */
    public static final int TLB_CMD = 0x80;

    public static final int TLB_CMD_BUSY = 1 << 31;
    public static final int TLB_CMD_OP_SHIFT = 8;
    public static final int TLB_CMD_FLUSH_ALL = 0;
    public static final int TLB_CMD_FLUSH_SID = 1;

    public static final int ERROR_MASK = 0x104;

    /** T8110: the streams that faulted, a bit for each; cleared by writing 1. */
    public static final int ERROR_STREAMS = 0x1c0;

    public static final int UNPROTECT = 0x204;
    public static final int PROTECT_LOCK = 0x208;
    public static final int DISABLE_STREAMS = 0xc20;

    private DartLayout() {}

    /** A chip, by its device tree's compatible. */
    public enum Chip {
        T8103(DartFamily.T8020, DartVersion.DART1, 16),
        T6000(DartFamily.T8020, DartVersion.DART2, 16),
        T8110(DartFamily.T8110, DartVersion.DART2, 256);

        private final DartFamily family;
        private final DartVersion version;
        private final int mostStreams;

        Chip(DartFamily family, DartVersion version, int mostStreams) {
            this.family = family;
            this.version = version;
            this.mostStreams = mostStreams;
        }

        public DartFamily family() {
            return family;
        }

        public DartVersion version() {
            return version;
        }

        /** All that it can have; T8110 says in a register how many it has. */
        public int mostStreams() {
            return mostStreams;
        }
    }

    /**
     * How a unit is built.
     *
     * @param pageShift 12 or 14
     * @param streams how many it has
     * @param bypass whether it can let addresses through
     * @param locked whether the boot firmware has locked it
     * @param inputBits width of an input address, for T8110's register
     */
    public record Build(Chip chip, int pageShift, int streams, boolean bypass, boolean locked, int inputBits) {}
}
