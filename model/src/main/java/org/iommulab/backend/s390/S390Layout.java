package org.iommulab.backend.s390;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/**
 * The bits of zPCI's instructions, their answers, and what they anchor (arch/s390/include/asm/pci_dma.h and pci_insn.h).
 */
public final class S390Layout {
    /** IOTA: translation is on. */
    public static final long IOTA_ENABLED = 0x800;

    private static final int DESIGNATION_SHIFT = 2;
    private static final int DESIGNATION_MASK = 7;
    private static final int DESIGNATION_REGION_THIRD = 1;
    private static final List<String> DESIGNATIONS =
            List.of("segment", "region third", "region second", "region first", "direct", "5", "6", "7");

    /** Region tables start at a multiple of their size. */
    private static final long ORIGIN = -0x4000L;

    /** A function handle: the function is enabled. */
    public static final int HANDLE_ENABLED = 1 << 31;

    /** MPCIFC: register the I/O address translation parameters. */
    public static final int REG_IOAT = 4;

    public static final int DEREG_IOAT = 5;
    /** MPCIFC: others in the place of those that are registered. */
    public static final int REREG_IOAT = 6;

    public static final int RESET_ERROR = 7;
    /** MPCIFC: loads and stores of the CPU work again. */
    public static final int RESET_BLOCK = 9;

    /** Condition codes. */
    public static final int CC_OK = 0;
    /** The status says why. */
    public static final int CC_ERROR = 1;

    public static final int CC_INVALID_HANDLE = 3;

    public static final int STATUS_NOT_ENABLED = 4;
    public static final int STATUS_IN_ERROR = 8;
    public static final int STATUS_BLOCKED = 12;
    public static final int STATUS_INSUFFICIENT_RESOURCES = 16;
    public static final int STATUS_INVALID_ADDRESS_SPACE = 20;
    /** Something is registered already. That this is the code for it is not verified. */
    public static final int STATUS_ALREADY = 24;

    public static final int STATUS_ADDRESS_SPACE_NOT_ENABLED = 28;
    public static final int STATUS_NOT_AVAILABLE = 40;

    /** The CLP query's function type of an Internal Shared Memory device. */
    public static final int TYPE_ISM = 5;

    /** An event about a function in error; its exact meaning is not verified. */
    public static final int PEC_IN_ERROR = 0x3a;

    // The unit has no registers. What is shown in their place, in the order of these numbers:
    static final int HANDLE = 0;
    static final int PBA = 8;
    static final int PAL = 16;
    static final int IOTA = 24;

    static final List<Register> ANCHOR = List.of(
            new Register("FH", HANDLE), new Register("PBA", PBA), new Register("PAL", PAL), new Register("IOTA", IOTA));

    private S390Layout() {}

    /**
     * The function information block, as far as it is used here.
     *
     * @param pba first input address
     * @param pal last input address
     * @param iota see {@link S390Layout#regionThird}
     */
    public record Fib(long pba, long pal, long iota) {
        /** For operations that look at none of it. */
        public static final Fib EMPTY = new Fib(0, 0, 0);
    }

    /**
     * What an instruction answers.
     *
     * @param cc condition code
     * @param status why, with {@link S390Layout#CC_ERROR}
     */
    public record Outcome(int cc, int status) {
        static final Outcome OK = new Outcome(CC_OK, 0);
        static final Outcome INVALID_HANDLE = new Outcome(CC_INVALID_HANDLE, 0);

        static Outcome error(int status) {
            return new Outcome(CC_ERROR, status);
        }
    }

    /**
     * What the machine tells about a function that got into error (the CCDF).
     *
     * @param pec event code
     * @param handle of the function, as it is when the event is asked for
     */
    public record ErrorEvent(int pec, int fid, int handle, long address, boolean write) {}

    /** ZPCI_IOTA_RTTO_FLAG: the I/O translation anchor for a region-third table, with key 0. */
    public static long regionThird(long table) {
        return table | IOTA_ENABLED | DESIGNATION_REGION_THIRD << DESIGNATION_SHIFT;
    }

    /** Whether an anchor makes the function walk a region-third table; the lab's units know no other designation. */
    static boolean isRegionThird(long iota) {
        return (iota & IOTA_ENABLED) != 0 && designationNumber(iota) == DESIGNATION_REGION_THIRD;
    }

    private static int designationNumber(long iota) {
        return (int) (iota >>> DESIGNATION_SHIFT) & DESIGNATION_MASK;
    }

    static String designation(long iota) {
        return DESIGNATIONS.get(designationNumber(iota));
    }

    static long origin(long iota) {
        return iota & ORIGIN;
    }

    /** ZPCI_CREATE_REQ: what MPCIFC and RPCIT take. */
    public static long request(int handle, int addressSpace, int operation) {
        return (long) handle << 32 | (addressSpace & 0xffL) << 16 | operation & 0xffL;
    }

    static int handle(long request) {
        return (int) (request >>> 32);
    }

    static int addressSpace(long request) {
        return (int) (request >>> 16) & 0xff;
    }

    static int operation(long request) {
        return (int) request & 0xff;
    }

    /** The kernel's name of an operation of MPCIFC. */
    static String operationName(int operation) {
        return switch (operation) {
            case REG_IOAT -> "REG_IOAT";
            case DEREG_IOAT -> "DEREG_IOAT";
            case REREG_IOAT -> "REREG_IOAT";
            case RESET_ERROR -> "RESET_ERROR";
            case RESET_BLOCK -> "RESET_BLOCK";
            default -> "unknown operation";
        };
    }
}
