package org.iommulab.backend.intel;

/**
 * What a fault recording register tells (VT-d specification, "Fault Recording Registers").
 *
 * @param source requester id
 * @param address of the page
 * @param reason by number, see {@link VtdReason}
 */
public record VtdFault(int source, long address, int reason, boolean write) {
    /** Bit 127: the record is valid; cleared by writing 1. */
    public static final long VALID = 1L << 63;

    private static final long READ = 1L << 62;

    public long low() {
        return address & -VtdLayout.PAGE;
    }

    public long high() {
        return VALID | (write ? 0 : READ) | (long) (reason & 0xff) << 32 | source & 0xffff;
    }

    public static VtdFault of(long low, long high) {
        return new VtdFault((int) high & 0xffff, low & -VtdLayout.PAGE, (int) (high >>> 32) & 0xff, (high & READ) == 0);
    }

    /** A requester id as people write it: bus, device, function. */
    public static String deviceName(int source) {
        return "%02x:%02x.%d".formatted(source >>> 8 & 0xff, source >>> 3 & 0x1f, source & 7);
    }
}
