package org.iommulab.backend.intel;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * Second-level and first-level tables: 512 entries of 8 bytes at each level, pages of 4 KiB, 2 MiB and 1 GiB (VT-d
 * specification, "Second-Stage Paging Entries", "First-Stage Paging Entries"; drivers/iommu/intel/iommu.h: DMA_PTE_,
 * DMA_FL_PTE_). VT-d counts levels from the bottom, and so does {@link #number}: the last is level 1.
 *
 * @param stage which of the two
 * @param levels 3 to 5; 1 and 2 for the rest of a walk whose beginning is known
 */
public record VtdFormat(Stage stage, int levels) implements TableFormat {
    public static final long SMALL_PAGE = 0x1000;
    public static final long ADDRESS = VtdLayout.ADDRESS;

    // second level; there is no present bit: neither is absent
    public static final long READ = 1;
    public static final long WRITE = 1 << 1;
    /** SNP: the page is snooped whatever the device says. */
    public static final long SNOOP = 1 << 11;

    /** PS, in both: a large page. */
    public static final long LARGE = 1 << 7;

    // first level: present, write, user, accessed, dirty, execute disable
    public static final long PRESENT = 1;
    public static final long USER = 1 << 2;
    public static final long ACCESSED = 1 << 5;
    public static final long DIRTY = 1 << 6;
    public static final long EXECUTE_DISABLE = 1L << 63;

    private static final int INDEX_BITS = 9;
    private static final int PAGE_BITS = 12;
    private static final int OUTPUT_BITS = 52;
    /** The highest level whose entries can map a page: 1 GiB. */
    private static final int LAST_LARGE = 3;

    private static final int RW = Prot.READ | Prot.WRITE;

    /** Whose tables. */
    public enum Stage {
        SECOND,
        FIRST
    }

    public VtdFormat {
        if (levels < 1 || levels > 5) {
            throw new IllegalArgumentException("no VT-d table has " + levels + " levels");
        }
    }

    /** The lowest input address bit that indexes a table of this level, counted from the bottom. */
    public static int shift(int number) {
        return PAGE_BITS + INDEX_BITS * (number - 1);
    }

    /** The number of a level as VT-d counts them. */
    public int number(int level) {
        return levels - level;
    }

    /** dma_pte_present. */
    public static boolean isPresent(Stage stage, long entry) {
        return (entry & (stage == Stage.SECOND ? READ | WRITE : PRESENT)) != 0;
    }

    public static boolean isLarge(long entry) {
        return (entry & LARGE) != 0;
    }

    /** What the tables' names are, the root's first. */
    public List<String> levelNames() {
        return IntStream.range(0, levels)
                .mapToObj(level -> "level " + number(level))
                .toList();
    }

    @Override
    public int indexShift(int level) {
        return shift(number(level));
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
        return IntStream.rangeClosed(1, Math.min(LAST_LARGE, levels))
                .mapToObj(number -> new PageSize(1L << shift(number), levels - number, 1))
                .toList();
    }

    @Override
    public long kindMask(int level) {
        long present = stage == Stage.SECOND ? READ | WRITE : PRESENT;
        return number(level) > 1 && number(level) <= LAST_LARGE ? present | LARGE : present;
    }

    @Override
    public Kind kind(int level, long entry) {
        if (!isPresent(stage, entry)) {
            return Kind.EMPTY;
        }
        int number = number(level);
        return number == 1 || number <= LAST_LARGE && isLarge(entry) ? Kind.LEAF : Kind.TABLE;
    }

    /** {@inheritDoc} As v6.12 writes it. */
    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return output & ADDRESS | attributes(prot) | (number(level) > 1 ? LARGE : 0);
    }

    /** The driver sets bit 0 in second-level entries too, so that what may be written may be read (__domain_mapping). */
    private long attributes(int prot) {
        long allowed = prot & RW | PRESENT;
        return stage == Stage.SECOND ? allowed : allowed | USER | ACCESSED | ((prot & Prot.WRITE) != 0 ? DIRTY : 0);
    }

    @Override
    public long table(int level, long address) {
        return address & ADDRESS | READ | WRITE | (stage == Stage.FIRST ? USER | ACCESSED : 0);
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
        return stage == Stage.SECOND ? (int) entry & RW : Prot.READ | (int) entry & Prot.WRITE;
    }

    @Override
    public int tableProt(int level, long entry) {
        return prot(level, entry) | Prot.COMBINATIONS - 1 & ~RW;
    }

    @Override
    public long tableAddress(int level, long entry) {
        return entry & ADDRESS;
    }
}
