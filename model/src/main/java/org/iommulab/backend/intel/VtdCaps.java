package org.iommulab.backend.intel;

/**
 * What a unit can do, as its two capability registers say it (drivers/iommu/intel/iommu.h).
 *
 * @param cap CAP
 * @param ecap ECAP
 */
public record VtdCaps(long cap, long ecap) {
    /** QEMU's intel-iommu with caching-mode=on and 39 bits, as its captures tell. */
    public static final VtdCaps QEMU = new VtdCaps(0xd2008c22260286L, 0xf00f4aL);

    private static boolean bit(long word, int bit) {
        return (word >>> bit & 1) != 0;
    }

    private static int field(long word, int low, int bits) {
        return (int) (word >>> low) & (1 << bits) - 1;
    }

    // ---- CAP

    /** How many domain ids there are. */
    public int domains() {
        return 1 << 4 + 2 * field(cap, 0, 3);
    }

    /** Whether a write buffer in front of memory must be flushed by hand. */
    public boolean requiresWriteBufferFlush() {
        return bit(cap, 4);
    }

    public boolean protectsMemory() {
        return bit(cap, 5) || bit(cap, 6);
    }

    /** Whether entries that are not present are kept too, as virtual units do. */
    public boolean cachingMode() {
        return bit(cap, 7);
    }

    /** Supported widths of second-level tables: bit 1 for 39 bits, 2 for 48, 3 for 57. */
    public int sagaw() {
        return field(cap, 8, 5);
    }

    /** Width of an input address. */
    public int mgaw() {
        return field(cap, 16, 6) + 1;
    }

    public int faultRecordOffset() {
        return field(cap, 24, 10) * 16;
    }

    /** Large pages of second-level tables: bit 0 for 2 MiB, bit 1 for 1 GiB. */
    public int largePages() {
        return field(cap, 34, 4);
    }

    public boolean selectsPages() {
        return bit(cap, 39);
    }

    public int faultRecords() {
        return field(cap, 40, 8) + 1;
    }

    /** Largest address mask of a page-selective invalidation. */
    public int maximumAddressMask() {
        return field(cap, 48, 6);
    }

    public boolean drainsWrites() {
        return bit(cap, 54);
    }

    public boolean drainsReads() {
        return bit(cap, 55);
    }

    /** 1 GiB pages in first-level tables. */
    public boolean firstLevelGigabyte() {
        return bit(cap, 56);
    }

    public boolean firstLevelFiveLevels() {
        return bit(cap, 60);
    }

    /** Whether setting the root table pointer empties all caches. */
    public boolean rootPointerFlushes() {
        return bit(cap, 63);
    }

    // ---- ECAP

    /** Whether walks see the CPU's caches. */
    public boolean coherent() {
        return bit(ecap, 0);
    }

    public boolean queuedInvalidation() {
        return bit(ecap, 1);
    }

    public boolean interruptRemapping() {
        return bit(ecap, 3);
    }

    public boolean passThrough() {
        return bit(ecap, 6);
    }

    public boolean snoopControl() {
        return bit(ecap, 7);
    }

    public int iotlbOffset() {
        return field(ecap, 8, 10) * 16;
    }

    /** Requests with PASIDs are understood. */
    public boolean pasids() {
        return bit(ecap, 40);
    }

    /** How many PASIDs: 2^(PSS + 1). */
    public long maxPasids() {
        return 2L << field(ecap, 35, 5);
    }

    /** First-level tables can stand on second-level ones. */
    public boolean nested() {
        return bit(ecap, 26);
    }

    public boolean supervisorRequests() {
        return bit(ecap, 31);
    }

    public boolean scalableMode() {
        return bit(ecap, 43);
    }

    public boolean secondLevel() {
        return bit(ecap, 46);
    }

    public boolean firstLevel() {
        return bit(ecap, 47);
    }

    public boolean pageWalkCoherent() {
        return bit(ecap, 48);
    }

    // ---- what follows

    /** Bits that a table of this "adjusted guest address width" translates (agaw_to_width). */
    public static int width(int agaw) {
        return Math.min(30 + 9 * agaw, 64);
    }

    /** agaw_to_level. */
    public static int levels(int agaw) {
        return agaw + 2;
    }

    /** iommu_calculate_agaw: the widest tables up to 57 bits; -1 when there are none. */
    public int agaw(boolean scalable) {
        return widest(scalable, 3);
    }

    /** iommu_calculate_max_sagaw. */
    public int widestAgaw(boolean scalable) {
        return widest(scalable, 4);
    }

    private int widest(boolean scalable, int most) {
        int supported = supported(scalable);
        int agaw = most;
        while (agaw >= 0 && !bit(supported, agaw)) {
            agaw--;
        }
        return agaw;
    }

    private int supported(boolean scalable) {
        int first = 1 << 2 | (firstLevelFiveLevels() ? 1 << 3 : 0);
        if (!scalable || !firstLevel()) {
            return sagaw();
        }
        return secondLevel() ? first & sagaw() : first;
    }
}
