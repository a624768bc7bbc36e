package org.iommulab.pagetable.lpae;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.TableFormat;

/**
 * ARM's long descriptors: 64-bit entries, levels numbered by what they map (level 3 has the smallest pages), the root at
 * the level that the width of an input address asks for (arm_lpae_alloc_pgtable). In {@link TableFormat}'s numbering the
 * root is 0 as always; {@link #startLevel} says which of ARM's it is.
 *
 * @param config reduced to one granule
 * @param granuleShift number of the lowest address bit above a page of the smallest size: 12, 14 or 16
 * @param startLevel ARM's number of the root's level
 * @param rootBits index bits of the root
 */
public record LpaeFormat(LpaeConfig config, int granuleShift, int startLevel, int rootBits) implements TableFormat {
    /** Set in an entry that points at a table once it is out of the CPU's cache; the hardware ignores it. */
    public static final long SW_SYNC = 1L << 55;

    private static final long TYPE = 3;
    private static final long TYPE_BLOCK = 1;
    private static final long TYPE_TABLE = 3;
    private static final long TYPE_PAGE = 3;
    private static final long TABLE_NON_SECURE = 1L << 63;
    private static final long ADDRESS = 0xffff_ffff_f000L;
    private static final int LEVELS = 4;
    private static final int BIG_GRANULE = 16;
    /** With the big granule, bits 51:48 of an address are in bits 15:12 of an entry. */
    private static final int TOP_SHIFT = 36;

    private static final int MOST_CONCATENATED = 16;

    /** The format for a driver's wishes; nothing when io-pgtable-arm refuses them. */
    public static Optional<LpaeFormat> of(LpaeConfig asked) {
        LpaeConfig config = asked.restricted();
        int granule = Long.numberOfTrailingZeros(config.pageSizes());
        boolean offered = granule == 12 || granule == 14 || granule == BIG_GRANULE;
        if (!asked.isPossible() || !config.isPossible() || !offered || config.inputBits() <= granule) {
            return Optional.empty();
        }
        if (!LpaeRegisters.knows(config.outputBits()) && config.variant() != LpaeVariant.MALI) {
            return Optional.empty();
        }
        int bits = granule - 3;
        int indexBits = config.inputBits() - granule;
        int levels = (indexBits + bits - 1) / bits;
        int rootBits = indexBits - bits * (levels - 1);
        return levels > LEVELS
                ? Optional.empty()
                : Optional.of(withRoot(new LpaeFormat(config, granule, LEVELS - levels, rootBits)));
    }

    /** The same with the root that the variant makes of it. */
    private static LpaeFormat withRoot(LpaeFormat plain) {
        LpaeConfig config = plain.config;
        if (config.variant() == LpaeVariant.MALI && plain.startLevel > 0) {
            return new LpaeFormat(config, plain.granuleShift, 0, 0);
        }
        // Stage 2 puts up to 16 tables of level 1 side by side rather than have a small one above them.
        if (config.variant().isStageTwo() && plain.startLevel == 0 && 1 << plain.rootBits <= MOST_CONCATENATED) {
            return new LpaeFormat(config, plain.granuleShift, 1, plain.rootBits + plain.bitsPerLevel());
        }
        return plain;
    }

    public long granule() {
        return 1L << granuleShift;
    }

    private int bitsPerLevel() {
        return granuleShift - 3;
    }

    private int last() {
        return LEVELS - 1 - startLevel;
    }

    private boolean isMali() {
        return config.variant() == LpaeVariant.MALI;
    }

    /** {@code L1}, {@code L2}, {@code L3}: ARM's names of the levels, the root's first. */
    public List<String> levelNames() {
        return IntStream.range(startLevel, LEVELS).mapToObj(l -> "L" + l).toList();
    }

    // ---- table format

    @Override
    public int levels() {
        return LEVELS - startLevel;
    }

    @Override
    public int indexShift(int level) {
        return granuleShift + bitsPerLevel() * (last() - level);
    }

    @Override
    public int indexBits(int level) {
        return level == 0 ? rootBits : bitsPerLevel();
    }

    @Override
    public int entryBytes() {
        return 8;
    }

    @Override
    public int outputBits() {
        return granuleShift == BIG_GRANULE ? 52 : 48;
    }

    /** A small root gets a page of its own all the same. */
    @Override
    public long alignment(int level) {
        return Math.max(4096, (long) entryBytes() << indexBits(level));
    }

    @Override
    public List<PageSize> pageSizes() {
        return IntStream.rangeClosed(0, last())
                .map(i -> last() - i)
                .filter(this::hasLeaves)
                .mapToObj(level -> new PageSize(1L << indexShift(level), level, 1))
                .toList();
    }

    private boolean hasLeaves(int level) {
        return (config.pageSizes() >>> indexShift(level) & 1) != 0;
    }

    @Override
    public long kindMask(int level) {
        return TYPE;
    }

    @Override
    public Kind kind(int level, long entry) {
        long type = entry & TYPE;
        if (type == leafType(level) && hasLeaves(level)) {
            return Kind.LEAF;
        }
        return type == TYPE_TABLE && level < last() ? Kind.TABLE : Kind.EMPTY;
    }

    private long leafType(int level) {
        return level == last() && !isMali() ? TYPE_PAGE : TYPE_BLOCK;
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        boolean nonSecure = config.has(LpaeQuirk.ARM_NS);
        return place(output) | LpaePermissions.bits(config.variant(), nonSecure, prot) | leafType(level);
    }

    /** The entry for one part of a leaf of the level above, with all that the leaf allows. */
    long part(int level, long whole, int index) {
        long output = output(level - 1, whole) + ((long) index << indexShift(level));
        return place(output) | whole & LpaePermissions.ATTRIBUTES | leafType(level);
    }

    private long place(long address) {
        return (granuleShift == BIG_GRANULE ? address | address >>> TOP_SHIFT : address) & ADDRESS;
    }

    private long address(long entry) {
        long bits = entry & ADDRESS;
        return (granuleShift == BIG_GRANULE ? bits | bits << TOP_SHIFT & 0xfL << 48 : bits) & -granule();
    }

    @Override
    public long table(int level, long address) {
        return place(address) | (config.has(LpaeQuirk.ARM_NS) ? TABLE_NON_SECURE : 0) | TYPE_TABLE;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return 1L << indexShift(level);
    }

    @Override
    public long output(int level, long entry) {
        return address(entry) & -(1L << indexShift(level));
    }

    @Override
    public int prot(int level, long entry) {
        return LpaePermissions.prot(config.variant(), entry);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return address(entry);
    }

    // ---- what the algorithm asks

    /** The level whose leaves have this size, which must be one of {@link #pageSizes}. */
    int levelOf(long pageBytes) {
        return last() - (Long.numberOfTrailingZeros(pageBytes) - granuleShift) / bitsPerLevel();
    }

    /**
     * How many entries one call may handle from this address on: up to the end of the table, of concatenated ones each
     * for itself (arm_lpae_max_entries). The kernel goes on behind a root that is smaller than a page, into what is left
     * of that page; here the root's end is the end.
     */
    int entriesLeft(int level, long iova) {
        int entries = 1 << Math.min(indexBits(level), bitsPerLevel());
        return entries - ((int) (iova >>> indexShift(level)) & entries - 1);
    }
}
