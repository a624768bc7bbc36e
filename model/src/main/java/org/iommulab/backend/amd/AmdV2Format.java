package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * The guest ("v2") table: that of an x86 processor, with 4 or 5 levels of 512 entries (drivers/iommu/amd/io_pgtable_v2.c
 * of Linux 6.1). Whatever is mapped can be read.
 *
 * @param levels 4, or 5 where the unit and the processor can
 */
public record AmdV2Format(int levels) implements TableFormat {
    public static final long SMALL_PAGE = 0x1000;
    public static final long LARGE_PAGE = 0x20_0000;
    public static final long HUGE_PAGE = 0x4000_0000;
    public static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    public static final long PRESENT = 1;
    public static final long WRITE = 1 << 1;
    public static final long USER = 1 << 2;
    public static final long ACCESSED = 1 << 5;
    public static final long DIRTY = 1 << 6;
    /** IOMMU_PAGE_PSE: a page where a table could be. In the last level the bit is PAT. */
    public static final long LARGE = 1 << 7;

    private static final int INDEX_BITS = 9;
    private static final int OUTPUT_BITS = 52;

    public AmdV2Format {
        if (levels != 4 && levels != 5) {
            throw new IllegalArgumentException("no v2 table has " + levels + " levels");
        }
    }

    /** Lowest input address bit that indexes a table of this height; the last level's tables have height 0. */
    public static int shift(int height) {
        return 12 + INDEX_BITS * height;
    }

    public static boolean isPresent(long entry) {
        return (entry & PRESENT) != 0;
    }

    public static boolean isLarge(long entry) {
        return (entry & LARGE) != 0;
    }

    /** set_pte_attr. */
    public static long page(long bytes, long output, int prot) {
        return output & ADDRESS
                | PRESENT
                | USER
                | ACCESSED
                | DIRTY
                | ((prot & Prot.WRITE) != 0 ? WRITE : 0)
                | (bytes > SMALL_PAGE ? LARGE : 0);
    }

    /** set_pgtable_attr. */
    public static long pointer(long table) {
        return table | PRESENT | WRITE | USER | ACCESSED;
    }

    /** Height of the tables of a level, 0 for the last. */
    public int height(int level) {
        return levels - 1 - level;
    }

    @Override
    public int indexShift(int level) {
        return shift(height(level));
    }

    @Override
    public int indexBits(int level) {
        return INDEX_BITS;
    }

    @Override
    public int entryBytes() {
        return 8;
    }

    @Override
    public int outputBits() {
        return OUTPUT_BITS;
    }

    @Override
    public List<PageSize> pageSizes() {
        return List.of(
                new PageSize(SMALL_PAGE, levels - 1, 1),
                new PageSize(LARGE_PAGE, levels - 2, 1),
                new PageSize(HUGE_PAGE, levels - 3, 1));
    }

    @Override
    public long kindMask(int level) {
        return height(level) == 0 ? PRESENT : PRESENT | LARGE;
    }

    /** {@inheritDoc} A page bigger than 1 GiB does not exist; an entry that says so is EMPTY. */
    @Override
    public Kind kind(int level, long entry) {
        if (!isPresent(entry)) {
            return Kind.EMPTY;
        }
        return switch (height(level)) {
            case 0 -> Kind.LEAF;
            case 1, 2 -> isLarge(entry) ? Kind.LEAF : Kind.TABLE;
            default -> isLarge(entry) ? Kind.EMPTY : Kind.TABLE;
        };
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return page(bytes, output, prot);
    }

    @Override
    public long table(int level, long address) {
        return pointer(address);
    }

    @Override
    public long leafBytes(int level, long entry) {
        return 1L << indexShift(level);
    }

    @Override
    public long output(int level, long entry) {
        return entry & ADDRESS & -leafBytes(level, entry);
    }

    @Override
    public int prot(int level, long entry) {
        return (entry & WRITE) != 0 ? Prot.READ | Prot.WRITE : Prot.READ;
    }

    @Override
    public long tableAddress(int level, long entry) {
        return entry & ADDRESS;
    }
}
