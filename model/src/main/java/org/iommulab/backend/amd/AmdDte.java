package org.iommulab.backend.amd;

/**
 * An entry of the device table: 256 bits for each requester id, in four words (AMD's specification, "Device Table Entry
 * Format"; set_dte_entry of Linux 6.1).
 */
public record AmdDte(long d0, long d1, long d2, long d3) {
    public static final int BYTES = 32;

    private static final long V = 1;
    private static final long TV = 1 << 1;
    private static final int MODE = 9;
    private static final long ROOT = 0x000f_ffff_ffff_f000L;
    private static final int GIOV = 54;
    private static final int GV = 55;
    private static final int GLX = 56;
    private static final int GCR3_A = 58;
    private static final int IR = 61;
    private static final int IW = 62;
    private static final int GCR3_B = 16;
    private static final int IOTLB = 32;
    private static final int SUPPRESS = 34;
    private static final int EXCLUSION = 39;
    private static final int GCR3_C = 43;
    private static final int GUEST_PAGING = 54;

    /** What clear_dte_entry leaves of the second word (DTE_FLAG_MASK). */
    private static final long KEPT = 0x3ffL << 32;

    private static final long READ_WRITE = 1L << IR | 1L << IW;

    /** Every access is refused: what all entries are from boot on, and what clear_dte_entry leaves. */
    public static AmdDte blocked() {
        return new AmdDte(V | TV, 0, 0, 0);
    }

    /** Addresses pass untranslated. */
    public static AmdDte identity(int domain) {
        return new AmdDte(READ_WRITE | V | TV, domain & 0xffff, 0, 0);
    }

    /** A host table. */
    public static AmdDte host(long root, int mode, int domain, boolean ats) {
        long d0 = root & ROOT | (long) mode << MODE | READ_WRITE | V | TV;
        return new AmdDte(d0, domain & 0xffff | (ats ? 1L << IOTLB : 0), 0, 0);
    }

    /**
     * A guest table, for requests without a PASID.
     *
     * @param gcr3 address of the GCR3 table
     * @param gcr3Levels its levels, 1 to 3
     * @param levels 4 or 5
     */
    public static AmdDte guest(long gcr3, int gcr3Levels, int levels, int domain) {
        long d0 = READ_WRITE
                | V
                | TV
                | 1L << GIOV
                | 1L << GV
                | (long) (gcr3Levels - 1) << GLX
                | (gcr3 >>> 12 & 7) << GCR3_A;
        long d1 = domain & 0xffff | (gcr3 >>> 15 & 0xffff) << GCR3_B | (gcr3 >>> 31 & 0x1f_ffff) << GCR3_C;
        return new AmdDte(d0, d1, levels == 5 ? 1L << GUEST_PAGING : 0, 0);
    }

    // ---- what the driver makes of an entry that is there

    /** init_device_table_dma: what it says counts from now on; an entry of zeros then refuses everything. */
    public AmdDte opened() {
        return new AmdDte(d0 | V | TV, d1, d2, d3);
    }

    /** clear_dte_entry: what firmware and interrupt remapping have in it stays. */
    public AmdDte cleared() {
        return new AmdDte(V | TV, d1 & KEPT, d2, d3);
    }

    /** set_dte_entry: the same, with a new translation. */
    public AmdDte with(AmdDte translation) {
        return new AmdDte(translation.d0, d1 & KEPT | translation.d1, d2 | translation.d2, d3);
    }

    /** copy_device_table: a guest table of a crashed kernel is not taken over. */
    public AmdDte withoutGuestTable() {
        if (!bit(d0, GV)) {
            return this;
        }
        long low = d0 & ~(1L << GV | 7L << GCR3_A);
        return new AmdDte(low, d1 & ~(0xffffL << GCR3_B | 0x1f_ffffL << GCR3_C), d2, d3);
    }

    private static boolean bit(long word, int bit) {
        return (word >>> bit & 1) != 0;
    }

    /** V: what the entry says counts; without it accesses pass untranslated. */
    public boolean valid() {
        return (d0 & V) != 0;
    }

    /** TV: what it says about translation counts. */
    public boolean translationValid() {
        return (d0 & TV) != 0;
    }

    /** Whether every access of the device is refused. */
    public boolean refuses() {
        return valid() && (!translationValid() || !guestTranslation() && mode() == 0 && prot() == 0);
    }

    /** Levels of the host table; 0 for none. */
    public int mode() {
        return (int) (d0 >>> MODE) & 7;
    }

    /** Top table of the host. */
    public long root() {
        return d0 & ROOT;
    }

    /** What the device may do at all, in {@link org.iommulab.pagetable.Prot} bits. */
    public int prot() {
        return (int) (d0 >>> IR) & 3;
    }

    /** Whether there are guest tables and they count for requests without a PASID. */
    public boolean guestTranslation() {
        return bit(d0, GV) && bit(d0, GIOV);
    }

    /** Levels of the GCR3 table, 1 to 4; 4 is reserved. */
    public int gcr3Levels() {
        return 1 + ((int) (d0 >>> GLX) & 3);
    }

    /** Address of the GCR3 table, from its three pieces. */
    public long gcr3() {
        return (d0 >>> GCR3_A & 7) << 12 | (d1 >>> GCR3_B & 0xffff) << 15 | (d1 >>> GCR3_C) << 31;
    }

    /** Levels of a guest table; 6 and 7 are reserved. */
    public int guestLevels() {
        return 4 + ((int) (d2 >>> GUEST_PAGING) & 3);
    }

    /** The tag of its translations in the TLB. */
    public int domain() {
        return (int) d1 & 0xffff;
    }

    /** I: the device may keep translations itself (ATS). */
    public boolean iotlb() {
        return bit(d1, IOTLB);
    }

    /** SA: no page fault of the device is logged. */
    public boolean suppressesFaults() {
        return bit(d1, SUPPRESS);
    }

    /** EX: the exclusion range is open to the device. */
    public boolean exclusion() {
        return bit(d1, EXCLUSION);
    }
}
