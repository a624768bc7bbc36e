package org.iommulab.backend.riscv;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.TableRules.OverLeaf;
import org.iommulab.pagetable.TableRules.OverTable;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Recomputable;

/**
 * The page table of a domain as riscv_iommu_map_pages, riscv_iommu_unmap_pages and riscv_iommu_pte_free keep it. Tables
 * stay when their last page goes. Where a large page takes the place of a table, the table is cleared at once, but given
 * back only by {@link #giveBack}, after the unit has forgotten it.
 */
final class RiscvPageTable implements Translation {
    private static final int ENOMEM = 12;
    private static final TableRules RULES =
            TableRules.refusing(ENOMEM).with(OverLeaf.OVERWRITE_SAME).with(OverTable.FREE);

    private final PhysicalMemory memory;
    private final RiscvFormat format;
    private final TableListener listener;
    private final RadixTable table;

    // Empty between calls of the driver.
    @Recomputable
    private final List<Freed> replaced = new ArrayList<>();

    @Recomputable
    private boolean replaces;

    private record Freed(int level, long address, long bytes) {}

    /** Allocates the root. */
    RiscvPageTable(PhysicalMemory memory, FrameAllocator frames, RiscvFormat format, TableListener listener) {
        this.memory = memory;
        this.format = format;
        this.listener = listener;
        this.table = new RadixTable(memory, frames, format, RULES, new Clearing());
    }

    /** A table that is freed is cleared first, so that whoever still has its address finds nothing. */
    private final class Clearing implements TableListener {
        @Override
        public void entryWritten(int level, long address, long value) {
            listener.entryWritten(level, address, value);
        }

        @Override
        public void tableAllocated(int level, long address, long bytes) {
            listener.tableAllocated(level, address, bytes);
        }

        @Override
        public void tableFreed(int level, long address, long bytes) {
            memory.clear(address, (int) bytes);
            if (replaces) {
                replaced.add(new Freed(level, address, bytes));
            } else {
                listener.tableFreed(level, address, bytes);
            }
        }
    }

    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        if (pageBytes == RiscvFormat.SMALL_PAGE) {
            return table.map(iova, pa, pageBytes, count, prot);
        }
        replaces = true;
        long result = table.map(iova, pa, pageBytes, count, prot);
        replaces = false;
        return result;
    }

    /** Whether a map has taken tables out that the unit may still know. */
    boolean hasReplaced() {
        return !replaced.isEmpty();
    }

    /** iommu_put_pages_list. */
    void giveBack() {
        replaced.forEach(freed -> listener.tableFreed(freed.level(), freed.address(), freed.bytes()));
        replaced.clear();
    }

    /** {@inheritDoc} A page goes as a whole: by its first address, or not at all. */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        return count == 1 && pageBytes == RiscvFormat.SMALL_PAGE && table.removeSmallest(iova)
                ? pageBytes
                : unmap(iova, pageBytes, count, PageGather.NONE);
    }

    /** The same; each page that is gone is told. */
    long unmap(long iova, long pageBytes, long count, PageGather gather) {
        long total = pageBytes * count;
        long done = 0;
        boolean small = false;
        while (done < total) {
            long at = iova + done;
            int run = removeSmall(at, small ? total - done : RiscvFormat.SMALL_PAGE);
            small = run > 0;
            long bytes = small ? RiscvFormat.SMALL_PAGE : removeLarge(at);
            if (bytes == 0) {
                return done;
            }
            gather.add(at, bytes, Math.max(1, run));
            done += bytes * Math.max(1, run);
        }
        return done;
    }

    /**
     * Takes out 4 KiB pages that follow each other in one table; how many. The walk to each would find the same table.
     * Only the first of its size can make a gather invalidate, before the next page goes: it is asked for by itself.
     */
    private int removeSmall(long iova, long most) {
        if ((iova & RiscvFormat.SMALL_PAGE - 1) != 0) {
            return 0;
        }
        int last = format.levels() - 1;
        int inTable = (1 << format.indexBits(last)) - format.index(last, iova);
        return table.removeRun(last, iova, (int) Math.min(inTable, most / RiscvFormat.SMALL_PAGE));
    }

    /** Takes out the page that begins at an address; its bytes, 0 when none does. */
    private long removeLarge(long iova) {
        long bytes = pageAt(iova);
        if (bytes == 0 || (iova & bytes - 1) != 0) {
            return 0;
        }
        table.removeLeaf(iova, Long.MAX_VALUE);
        return bytes;
    }

    /** riscv_iommu_pte_fetch: bytes of the page that an address is in; 0 for none. */
    private long pageAt(long iova) {
        for (int level = format.levels() - 1; level >= 0; level--) {
            switch (table.kindOf(level, iova)) {
                case LEAF -> {
                    return 1L << format.indexShift(level);
                }
                case EMPTY, TABLE, REPLICATED -> {}
            }
        }
        return 0;
    }

    @Override
    public long translate(long iova) {
        return table.translate(iova);
    }

    @Override
    public long base() {
        return table.base();
    }

    @Override
    public long free() {
        return table.free();
    }

    /** The table itself, for looking at. */
    RadixTable radix() {
        return table;
    }
}
