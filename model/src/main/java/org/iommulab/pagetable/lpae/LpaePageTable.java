package org.iommulab.pagetable.lpae;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.Translation;

/**
 * A page table as io-pgtable-arm of Linux 6.1 keeps it. Each call handles pages of one table only, all of them or none;
 * the caller goes on from there. A block that is mapped over a table frees the table and all that it maps; unmapping part
 * of a block splits it.
 */
public final class LpaePageTable implements Translation {
    private static final int EINVAL = 22;
    private static final int EEXIST = 17;
    private static final int ERANGE = 34;

    private final RadixTable table;
    private final LpaeFormat format;
    private final LpaeTlb tlb;
    private final long pageSizes;
    private final long smallest;
    private final int inputBits;
    private final int outputBits;
    /** What is above the input bits: zeros, or ones in the upper half. */
    private final long aboveInput;
    /** Set by a second write to an entry that points at a new table, when walks do not see the CPU's cache. */
    private final long mark;

    /** @param listener hears of the entries and tables, for events */
    public LpaePageTable(
            PhysicalMemory memory, FrameAllocator frames, LpaeFormat format, LpaeTlb tlb, TableListener listener) {
        this.table = new RadixTable(memory, frames, format, TableRules.refusing(EEXIST), listener);
        this.format = format;
        this.tlb = tlb;
        this.pageSizes = format.config().pageSizes();
        this.smallest = format.granule();
        this.inputBits = format.config().inputBits();
        this.outputBits = format.config().outputBits();
        this.aboveInput = format.config().has(LpaeQuirk.ARM_TTBR1) ? -1 : 0;
        this.mark = format.config().coherentWalk() ? 0 : LpaeFormat.SW_SYNC;
    }

    private boolean isPageSize(long bytes) {
        return (bytes & ~pageSizes) == 0 && Long.bitCount(bytes) == 1;
    }

    private boolean isInput(long iova) {
        return iova >> inputBits == aboveInput;
    }

    // ---- map

    /**
     * arm_lpae_map_pages.
     *
     * @return bytes mapped and errno, as {@link Translation} says: EINVAL for a size that is none of the table's or for a
     *     mapping that could neither be read nor written, ERANGE for an address that is too big, EEXIST
     */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        if (!isPageSize(pageBytes)) {
            return refuse(EINVAL);
        }
        if (!isInput(iova) || pa >>> outputBits != 0) {
            return refuse(ERANGE);
        }
        if ((prot & (Prot.READ | Prot.WRITE)) == 0) {
            return EINVAL;
        }
        if (count == 1 && pageBytes == smallest && table.mapSmallest(iova, pa, prot)) {
            return pageBytes;
        }
        return mapWalking(iova, pa, pageBytes, count, prot);
    }

    private long refuse(int errno) {
        tlb.warn(LpaeWarning.MAP_PAGES);
        return errno;
    }

    private long mapWalking(long iova, long pa, long pageBytes, long count, int prot) {
        int level = format.levelOf(pageBytes);
        int pages = (int) Math.min(count, format.entriesLeft(level, iova));
        if (!table.mapRun(level, iova, pa, pages, prot)) {
            if (!table.makeTables(level, iova, mark)) {
                tlb.warn(LpaeWarning.MAP);
                return EEXIST;
            }
            if (!table.mapRun(level, iova, pa, pages, prot) && !mapOver(level, iova, pa, pages, prot)) {
                tlb.warn(LpaeWarning.INIT_PTE);
                return EEXIST;
            }
        }
        return pages * pageBytes;
    }

    /** Tables give way, until a leaf is met; what was taken out before that stays out (arm_lpae_init_pte). */
    private boolean mapOver(int level, long iova, long pa, int pages, int prot) {
        long bytes = 1L << format.indexShift(level);
        for (int i = 0; i < pages; i++) {
            Kind kind = table.kindOf(level, iova + i * bytes);
            if (kind == Kind.LEAF) {
                return false;
            }
            if (kind == Kind.TABLE) {
                dropTable(level, iova + i * bytes);
            }
        }
        for (int i = 0; i < pages; i++) {
            table.writeEntry(level, iova + i * bytes, format.leaf(level, bytes, pa + i * bytes, prot));
        }
        return true;
    }

    private void dropTable(int level, long iova) {
        long entry = table.entry(level, iova);
        table.writeEntry(level, iova, 0);
        tlb.flushWalk(iova, 1L << format.indexShift(level), format.granule());
        table.freeTable(level, entry);
    }

    // ---- unmap

    @Override
    public long unmap(long iova, long pageBytes, long count) {
        return unmap(iova, pageBytes, count, PageGather.NONE);
    }

    /** arm_lpae_unmap_pages: the bytes that are unmapped now; a table in the place of a page goes as a whole. */
    public long unmap(long iova, long pageBytes, long count, PageGather gather) {
        if (count == 1 && pageBytes == smallest && isInput(iova) && table.removeSmallest(iova)) {
            tell(gather, iova, pageBytes, 1);
            return pageBytes;
        }
        return unmapWalking(iova, pageBytes, count, gather);
    }

    private long unmapWalking(long iova, long pageBytes, long count, PageGather gather) {
        if (!isPageSize(pageBytes) || count == 0 || !isInput(iova)) {
            tlb.warn(LpaeWarning.UNMAP_PAGES);
            return 0;
        }
        int level = format.levelOf(pageBytes);
        int pages = (int) Math.min(count, format.entriesLeft(level, iova));
        int done = removeRun(level, iova, pages, gather);
        if (done == 0) {
            for (int l = 0; l < level; l++) {
                Kind kind = table.kindOf(l, iova);
                if (kind == Kind.LEAF && split(l, iova, level, pages, gather)) {
                    return pages * pageBytes;
                }
                if (kind == Kind.EMPTY) {
                    tlb.warn(LpaeWarning.UNMAP);
                    return 0;
                }
            }
        }
        return (done < pages ? unmapMixed(level, iova, done, pages, gather) : pages) * pageBytes;
    }

    private int removeRun(int level, long iova, int pages, PageGather gather) {
        int removed = table.removeRun(level, iova, pages);
        if (removed > 0) {
            tell(gather, iova, 1L << format.indexShift(level), removed);
        }
        return removed;
    }

    private static void tell(PageGather gather, long iova, long pageBytes, int count) {
        if (!gather.isQueued()) {
            gather.add(iova, pageBytes, count);
        }
    }

    /** Leaves and tables, up to an entry that is neither; the pages done. */
    private long unmapMixed(int level, long iova, int done, int pages, PageGather gather) {
        int page = done;
        while (page < pages) {
            long at = iova + ((long) page << format.indexShift(level));
            Kind kind = table.kindOf(level, at);
            if (kind == Kind.EMPTY) {
                tlb.warn(LpaeWarning.UNMAP);
                return page;
            }
            if (kind == Kind.TABLE) {
                dropTable(level, at);
                page++;
            } else {
                page += removeRun(level, at, pages - page, gather);
            }
        }
        return page;
    }

    /**
     * Puts a table of smaller leaves in the place of a block (arm_lpae_split_blk_unmap).
     *
     * @return whether the pages are unmapped: they were left out; when not, they are in a part of the block that must be
     *     split in its turn
     */
    private boolean split(int level, long iova, int pagesLevel, int pages, PageGather gather) {
        long whole = table.entry(level, iova);
        boolean leaveOut = level + 1 == pagesLevel;
        long[] parts = new long[1 << format.indexBits(level + 1)];
        int first = (int) (iova >>> format.indexShift(level + 1)) & parts.length - 1;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = leaveOut && i >= first && i < first + pages ? 0 : format.part(level + 1, whole, i);
        }
        table.replaceByTable(level, iova, parts);
        if (mark != 0) {
            table.writeEntry(level, iova, table.entry(level, iova) | mark);
        }
        if (leaveOut) {
            // Told even to a queued gather.
            gather.add(iova, 1L << format.indexShift(pagesLevel), pages);
        }
        return leaveOut;
    }

    // ---- the rest

    /** arm_lpae_iova_to_phys; bits above the input bits are not looked at. */
    @Override
    public long translate(long iova) {
        return table.translate(iova);
    }

    @Override
    public long base() {
        return table.base();
    }

    /** What the unit's registers must hold. */
    public LpaeRegisters registers() {
        return LpaeRegisters.of(format, table.base());
    }

    public LpaeFormat format() {
        return format;
    }

    /** free_io_pgtable_ops: invalidates everything, then frees all tables. */
    @Override
    public long free() {
        tlb.flushAll();
        return table.free();
    }

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
