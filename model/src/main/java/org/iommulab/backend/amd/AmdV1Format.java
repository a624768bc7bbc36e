package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * The host ("v1") table: 1 to 6 levels of 512 entries (drivers/iommu/amd/amd_iommu_types.h). AMD counts levels from the
 * bottom, as {@link #height} does: tables of height 0 hold 4 KiB pages. Each entry names the height of what is below it
 * in its NextLevel field: 0 for a page of the table's own size, 7 for a page of another size, which the address bits
 * then tell and which stands in several entries.
 *
 * @param mode number of levels, the DTE's Mode field
 */
public record AmdV1Format(int mode) implements TableFormat {
    public static final int MOST_LEVELS = 6;
    public static final long SMALL_PAGE = 0x1000;
    /** PM_ADDR_MASK: the address field of an entry. */
    public static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    /** IOMMU_PTE_PR: present. */
    public static final long PRESENT = 1;
    /** IOMMU_PTE_FC: force coherent; the driver sets it on every page. */
    public static final long FORCE_COHERENT = 1L << 60;

    /** IOMMU_PTE_IR and IOMMU_PTE_IW: what is allowed, together with all levels above. */
    public static final long READ = 1L << 61;

    public static final long WRITE = 1L << 62;

    /** NextLevel of a page whose size its address bits tell. */
    public static final int OTHER_SIZE = 7;

    private static final int NEXT_LEVEL_SHIFT = 9;
    private static final int INDEX_BITS = 9;
    private static final int PAGE_BITS = 12;
    private static final int OUTPUT_BITS = 52;

    public AmdV1Format {
        if (mode < 1 || mode > MOST_LEVELS) {
            throw new IllegalArgumentException("no v1 table has " + mode + " levels");
        }
    }

    /** Lowest input address bit that indexes a table of this height (PM_LEVEL_SHIFT). */
    public static int shift(int height) {
        return PAGE_BITS + INDEX_BITS * height;
    }

    /** PM_LEVEL_SIZE: the last input address that this many levels reach. */
    public static long lastAddress(int mode) {
        return mode < MOST_LEVELS ? (1L << shift(mode)) - 1 : -1;
    }

    /** PM_PTE_LEVEL. */
    public static int nextLevel(long entry) {
        return (int) (entry >>> NEXT_LEVEL_SHIFT) & 7;
    }

    public static boolean isPresent(long entry) {
        return (entry & PRESENT) != 0;
    }

    /** PAGE_SIZE_LEVEL: the height of the table whose entries map a page of this size. */
    public static int heightOf(long bytes) {
        return (Long.numberOfTrailingZeros(bytes) - PAGE_BITS) / INDEX_BITS;
    }

    /** PAGE_SIZE_PTE_COUNT: how many entries hold a page of this size. */
    public static int copies(long bytes) {
        return 1 << (Long.numberOfTrailingZeros(bytes) - PAGE_BITS) % INDEX_BITS;
    }

    /** PTE_PAGE_SIZE: the size that the address bits of a page with NextLevel 7 tell by their lowest 0. */
    public static long encodedBytes(long entry) {
        return 2L << Long.numberOfTrailingZeros(~(entry & ADDRESS | SMALL_PAGE - 1));
    }

    /** The entry for a page (iommu_v1_map_pages). The driver does not cut an address of more than 52 bits. */
    public static long page(long bytes, long output, int prot) {
        long address = copies(bytes) == 1
                ? output
                : (output | bytes - 1) & ~(bytes >>> 1) & ADDRESS | (long) OTHER_SIZE << NEXT_LEVEL_SHIFT;
        return address | PRESENT | FORCE_COHERENT | (long) (prot & (Prot.READ | Prot.WRITE)) << 61;
    }

    /** PM_LEVEL_PDE: the entry of a table of this height that points at the table below. */
    public static long pointer(int height, long table) {
        return table | (long) height << NEXT_LEVEL_SHIFT | PRESENT | READ | WRITE;
    }

    /** Height of the tables of a level, 0 for the last. */
    public int height(int level) {
        return mode - 1 - level;
    }

    @Override
    public int levels() {
        return mode;
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

    /** {@inheritDoc} 512 GiB among them, which drivers must not use because of a hardware bug. */
    @Override
    public List<PageSize> pageSizes() {
        var sizes = new ArrayList<PageSize>();
        for (int bit = PAGE_BITS; bit < Math.min(OUTPUT_BITS, shift(mode)); bit++) {
            long bytes = 1L << bit;
            sizes.add(new PageSize(bytes, mode - 1 - heightOf(bytes), copies(bytes)));
        }
        return sizes;
    }

    @Override
    public long kindMask(int level) {
        return 7L << NEXT_LEVEL_SHIFT | PRESENT;
    }

    /** {@inheritDoc} An entry that skips levels is none that Linux makes or follows: EMPTY. */
    @Override
    public Kind kind(int level, long entry) {
        if (!isPresent(entry)) {
            return Kind.EMPTY;
        }
        return switch (nextLevel(entry)) {
            case 0 -> Kind.LEAF;
            case OTHER_SIZE -> Kind.REPLICATED;
            default -> nextLevel(entry) == height(level) ? Kind.TABLE : Kind.EMPTY;
        };
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return page(bytes, output & ADDRESS, prot);
    }

    @Override
    public long table(int level, long address) {
        return pointer(height(level), address);
    }

    @Override
    public long leafBytes(int level, long entry) {
        return nextLevel(entry) == OTHER_SIZE ? encodedBytes(entry) : 1L << indexShift(level);
    }

    @Override
    public long output(int level, long entry) {
        return entry & ADDRESS & -leafBytes(level, entry);
    }

    @Override
    public int prot(int level, long entry) {
        return (int) (entry >>> 61) & (Prot.READ | Prot.WRITE);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return entry & ADDRESS;
    }
}
