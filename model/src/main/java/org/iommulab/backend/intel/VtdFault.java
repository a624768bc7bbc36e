package org.iommulab.backend.intel;

/**
 * What a fault recording register tells (VT-d specification, "Fault Recording Registers").
 *
 * @param source requester id
 * @param address of the page
 * @param reason by number, see {@link VtdReason}
 * @param pasid of the request; {@link #NO_PASID} without one
 */
public record VtdFault(int source, long address, int reason, boolean write, int pasid) {
    public static final int NO_PASID = -1;

    /** Bit 127: the record is valid; cleared by writing 1. */
    public static final long VALID = 1L << 63;

    private static final long READ = 1L << 62;
    private static final long HAS_PASID = 1L << 31;
    private static final int PASID = 40;

    public VtdFault(int source, long address, int reason, boolean write) {
        this(source, address, reason, write, NO_PASID);
    }

    public long low() {
        return address & -VtdLayout.PAGE;
    }

    public long high() {
        long tagged = pasid == NO_PASID ? 0 : HAS_PASID | (long) (pasid & 0xf_ffff) << PASID;
        return VALID | (write ? 0 : READ) | tagged | (long) (reason & 0xff) << 32 | source & 0xffff;
    }

    public static VtdFault of(long low, long high) {
        int pasid = (high & HAS_PASID) == 0 ? NO_PASID : (int) (high >>> PASID) & 0xf_ffff;
        return new VtdFault(
                (int) high & 0xffff, low & -VtdLayout.PAGE, (int) (high >>> 32) & 0xff, (high & READ) == 0, pasid);
    }

    /** A requester id as people write it: bus, device, function. */
    public static String deviceName(int source) {
        return "%02x:%02x.%d".formatted(source >>> 8 & 0xff, source >>> 3 & 0x1f, source & 7);
    }
}
