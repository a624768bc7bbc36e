package org.iommulab.backend.intel;

/**
 * An entry of a PASID table (VT-d specification, "Scalable-Mode PASID Table Entry"); of its 64 bytes the three words
 * that say something here.
 */
public record VtdPasidEntry(long w0, long w1, long w2) {
    public static final int BYTES = 64;
    public static final VtdPasidEntry EMPTY = new VtdPasidEntry(0, 0, 0);
    /** PASIDs of one table, and the bits that choose among them. */
    public static final int TABLE_SHIFT = 6;

    // PGTT
    public static final int FIRST_LEVEL = 1;
    public static final int SECOND_LEVEL = 2;
    public static final int NESTED = 3;
    public static final int PASS_THROUGH = 4;

    private static final long PAGE_WALK_SNOOP = 1L << 23;
    private static final long PAGE_SNOOP = 1L << 24;

    public boolean present() {
        return (w0 & 1) != 0;
    }

    public boolean silent() {
        return (w0 & 2) != 0;
    }

    public int addressWidth() {
        return (int) (w0 >>> 2) & 7;
    }

    public int type() {
        return (int) (w0 >>> 6) & 7;
    }

    public long secondLevelRoot() {
        return w0 & VtdLayout.ADDRESS;
    }

    public int domain() {
        return (int) w1 & 0xffff;
    }

    public boolean pageWalkSnoop() {
        return (w1 & PAGE_WALK_SNOOP) != 0;
    }

    public long firstLevelRoot() {
        return w2 & VtdLayout.ADDRESS;
    }

    /** FLPM: 1 for five levels. */
    public int firstLevelMode() {
        return (int) (w2 >>> 2) & 3;
    }

    /** Root of whichever tables it has; 0 without any. */
    public long root() {
        return switch (type()) {
            case FIRST_LEVEL -> firstLevelRoot();
            case SECOND_LEVEL, NESTED -> secondLevelRoot();
            default -> 0;
        };
    }

    /**
     * A first-level entry, present (intel_pasid_setup_first_level).
     *
     * @param noExecute NXE, without which XD in an entry is reserved
     */
    public static VtdPasidEntry firstLevel(
            long root, int domain, int width, boolean fiveLevels, boolean noExecute, boolean snoops, boolean forced) {
        return of(FIRST_LEVEL, 0, domain, width, snoops, forced)
                .withWord2(root & VtdLayout.ADDRESS | (fiveLevels ? 4 : 0) | (noExecute ? 1 << 5 : 0));
    }

    /** A second-level entry, present (intel_pasid_setup_second_level). */
    public static VtdPasidEntry secondLevel(long root, int domain, int width, boolean snoops) {
        return of(SECOND_LEVEL, root, domain, width, snoops, false);
    }

    /**
     * A guest's first-level tables on second-level ones, present (intel_pasid_setup_nested).
     *
     * @param root of the guest's tables, as an address of the guest
     */
    public static VtdPasidEntry nested(
            long root, boolean fiveLevels, long secondRoot, int domain, int width, boolean snoops, boolean forced) {
        return of(NESTED, secondRoot, domain, width, snoops, forced)
                .withWord2(root & VtdLayout.ADDRESS | (fiveLevels ? 4 : 0));
    }

    /** Addresses pass as they are (intel_pasid_setup_pass_through). */
    public static VtdPasidEntry passThrough(int domain, int width, boolean snoops, boolean supervisor) {
        return of(PASS_THROUGH, 0, domain, width, snoops, false).withWord2(supervisor ? 1 : 0);
    }

    private static VtdPasidEntry of(int type, long root, int domain, int width, boolean snoops, boolean forced) {
        return new VtdPasidEntry(
                root & VtdLayout.ADDRESS | (long) type << 6 | (long) (width & 7) << 2 | 1,
                domain & 0xffff | (snoops ? PAGE_WALK_SNOOP : 0) | (forced ? PAGE_SNOOP : 0),
                0);
    }

    private VtdPasidEntry withWord2(long word) {
        return new VtdPasidEntry(w0, w1, word);
    }

    /** PGSNP too (intel_pasid_setup_page_snoop_control). */
    public VtdPasidEntry withPageSnoop() {
        return new VtdPasidEntry(w0, w1 | PAGE_SNOOP, w2);
    }

    /** The same, not present: how it stands before the last store. */
    public VtdPasidEntry absent() {
        return new VtdPasidEntry(w0 & ~1L, w1, w2);
    }
}
