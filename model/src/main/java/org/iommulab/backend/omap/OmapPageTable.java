package org.iommulab.backend.omap;

import static org.iommulab.backend.omap.OmapFormat.LARGE_PAGE;
import static org.iommulab.backend.omap.OmapFormat.SECTION;
import static org.iommulab.backend.omap.OmapFormat.SMALL_PAGE;
import static org.iommulab.backend.omap.OmapFormat.SUPERSECTION;

import java.util.function.LongConsumer;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.TableRules.OverLeaf;
import org.iommulab.pagetable.TableRules.OverTable;
import org.iommulab.pagetable.Translation;

/**
 * The page table of one IOMMU as omap_iopgtable_store_entry, iopgtable_clear_entry and omap_iommu_iova_to_phys keep it.
 * Nothing checks what was mapped before: a section over a table loses the table, and a page inside a section is written
 * to the memory that the section maps.
 */
public final class OmapPageTable implements Translation {
    private static final int EINVAL = 22;
    private static final long WORD = 0xffff_ffffL;
    private static final int TABLE_BYTES = 1024;

    private final PhysicalMemory memory;
    private final RadixTable table;
    private final OmapFormat format = new OmapFormat();
    private final LongConsumer flushPage;
    private final TableListener listener;

    /**
     * Allocates the first-level table.
     *
     * @param flushPage called with the IOVA before a page is stored and after one was cleared (flush_iotlb_page)
     */
    public OmapPageTable(PhysicalMemory memory, FrameAllocator frames, LongConsumer flushPage, TableListener listener) {
        var rules = TableRules.refusing(EINVAL).with(OverLeaf.OVERWRITE).with(OverTable.LOSE);
        this.memory = memory;
        this.table = new RadixTable(memory, frames, format, rules, listener);
        this.flushPage = flushPage;
        this.listener = listener;
    }

    /**
     * One call of the driver.
     *
     * @return 0 or a negative errno: a size that is none of the four, or an address that is not aligned to it
     */
    public int mapOne(long iova, long pa, long size) {
        if (!isSize(size)) {
            return -EINVAL;
        }
        flushPage.accept(iova & WORD);
        return store(iova, pa, size, () -> {});
    }

    static boolean isSize(long size) {
        return size == SMALL_PAGE || size == LARGE_PAGE || size == SECTION || size == SUPERSECTION;
    }

    /**
     * iopgtable_store_entry_core, for one of the four sizes.
     *
     * @param beforeTable runs before a second-level table is allocated
     */
    int store(long iova, long pa, long size, Runnable beforeTable) {
        if (size == SMALL_PAGE && table.mapSmallest(iova, pa, 0)) {
            return 0;
        }
        if (size == SMALL_PAGE || size == LARGE_PAGE) {
            return mapBelow(iova, pa, size, beforeTable);
        }
        return isAligned(iova, pa, size) ? -Translation.errno(table.map(iova, pa, size, 1, 0)) : -EINVAL;
    }

    private static boolean isAligned(long iova, long pa, long size) {
        return ((iova | pa) & size - 1) == 0;
    }

    /** A page of the second level. */
    private int mapBelow(long iova, long pa, long size, Runnable beforeTable) {
        long above = table.entry(0, iova);
        boolean section = above != 0 && format.kind(0, above) != Kind.TABLE;
        if (above == 0) {
            beforeTable.run();
            table.installTable(0, iova);
        }
        // The driver looks at the alignment only when it has the table.
        if (size == LARGE_PAGE && !isAligned(iova, pa, size)) {
            return -EINVAL;
        }
        if (section) {
            // A defect of iopte_alloc: anything that is not 0 passes for a table.
            overwriteMappedMemory(format.tableAddress(0, above), iova, pa, size);
            return 0;
        }
        return -Translation.errno(table.map(iova, pa, size, 1, 0));
    }

    private void overwriteMappedMemory(long wrongTable, long iova, long pa, long size) {
        long first = wrongTable + (iova / SMALL_PAGE % (SECTION / SMALL_PAGE)) * 4;
        for (long at = first; at < first + size / SMALL_PAGE * 4; at += 4) {
            if (memory.contains(at, 4)) {
                int leaf = (int) format.leaf(1, size, pa, 0);
                memory.write32(at, leaf);
                listener.entryWritten(1, at, leaf & WORD);
            }
        }
    }

    /**
     * One call of the driver.
     *
     * @return the size of whatever is found; 4 KiB for a hole in a table; 0 where there is no table
     */
    public long unmapOne(long iova) {
        long removed = clear(iova);
        flushPage.accept(iova & WORD);
        return removed;
    }

    /** iopgtable_clear_entry_core; as {@link #unmapOne}, without the flush. */
    long clear(long iova) {
        long removed = table.removeLeaf(iova, Long.MAX_VALUE);
        // Pages of the second level are small, and so is a hole in a table.
        if (removed <= LARGE_PAGE && table.hasLeafTable(iova)) {
            removed = Math.max(removed, SMALL_PAGE);
            freeIfEmpty(iova);
        }
        return removed;
    }

    /** The loop of iopgtable_clear_entry_all: second-level tables are freed, first-level entries zeroed. */
    void clearAll() {
        for (long iova = 0; iova < WORD; iova += SECTION) {
            long entry = table.entry(0, iova);
            if (entry != 0) {
                table.writeEntry(0, iova, 0);
                table.freeTable(0, entry);
            }
        }
    }

    private void freeIfEmpty(long iova) {
        long above = table.entry(0, iova);
        int offset = memory.offset(format.tableAddress(0, above), TABLE_BYTES);
        for (int at = offset; at < offset + TABLE_BYTES; at += 8) {
            if (memory.load64(at) != 0) {
                return;
            }
        }
        table.writeEntry(0, iova, 0);
        table.freeTable(0, above);
    }

    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        long done = 0;
        for (long i = 0; i < count; i++) {
            int ret = mapOne(iova + done, pa + done, pageBytes);
            if (ret != 0) {
                return done | -ret;
            }
            done += pageBytes;
        }
        return done;
    }

    @Override
    public long unmap(long iova, long pageBytes, long count) {
        long done = 0;
        while (done < pageBytes * count) {
            long removed = unmapOne(iova + done);
            if (removed == 0) {
                break;
            }
            done += removed;
        }
        return done;
    }

    @Override
    public long translate(long iova) {
        return table.translate(iova);
    }

    @Override
    public long base() {
        return table.base();
    }

    /** {@inheritDoc} Not the tables that sections were mapped over: nobody knows them any more. */
    @Override
    public long free() {
        return table.free();
    }

    /** 4 KiB pages mapped, counted in memory. */
    long mappedPages() {
        return table.mappedBytes() / SMALL_PAGE;
    }

    int tableCount() {
        int[] count = {0};
        table.visitTables((level, address) -> count[0]++);
        return count[0];
    }

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
