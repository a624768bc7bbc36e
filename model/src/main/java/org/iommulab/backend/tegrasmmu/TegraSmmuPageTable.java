package org.iommulab.backend.tegrasmmu;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.TableRules.OverLeaf;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;

/**
 * The page table of an address space as tegra_smmu_map, tegra_smmu_unmap and tegra_smmu_iova_to_phys keep it: one page
 * a call, a mapping over a mapping replaces it without a word, and a page table is freed with its last page.
 */
public final class TegraSmmuPageTable implements Translation {
    private static final int DIRECTORY_ENTRIES = 1024;
    private static final int DIRECTORY_SHIFT = 22;
    private static final int EINVAL = 22;
    private static final long PAGE = TegraSmmuFormat.PAGE;

    private final Machine machine;
    private final RadixTable table;
    private final EntryFlush flush;
    private final boolean flushes;
    /** First of the cells that count the pages of each table (the driver's {@code as->count}). */
    private final int counts;

    /** Allocates the page directory. */
    public TegraSmmuPageTable(
            Machine machine,
            PhysicalMemory memory,
            FrameAllocator frames,
            TegraSmmuFormat format,
            EntryFlush flush,
            TableListener listener) {
        // The errno is never used: nothing is refused.
        var rules = TableRules.refusing(EINVAL).with(OverLeaf.OVERWRITE);
        this.machine = machine;
        this.table = new RadixTable(memory, frames, format, rules, listener);
        this.flush = flush;
        this.flushes = flush != EntryFlush.NONE;
        this.counts = machine.newCells(DIRECTORY_ENTRIES);
    }

    private int count(long iova) {
        return counts + ((int) (iova >>> DIRECTORY_SHIFT) & DIRECTORY_ENTRIES - 1);
    }

    private void written(int level, long iova) {
        if (flushes) {
            flush.entryWritten(level, table.entryAddress(level, iova), iova);
        }
    }

    /** Whether there is a page table for an address. */
    boolean hasTable(long iova) {
        return table.hasLeafTable(iova);
    }

    /** One call of the driver. */
    public void mapOne(long iova, long pa, int prot) {
        if (table.mapSmallest(iova, pa, prot)) {
            machine.store(count(iova), machine.load(count(iova)) + 1);
            written(1, iova);
        } else {
            mapWalking(iova, pa, prot);
        }
    }

    private void mapWalking(long iova, long pa, int prot) {
        if (!table.hasLeafTable(iova)) {
            table.installTable(0, iova);
            written(0, iova);
        }
        if (table.entry(1, iova) == 0) {
            machine.store(count(iova), machine.load(count(iova)) + 1);
        }
        table.map(iova, pa, PAGE, 1, prot);
        written(1, iova);
    }

    /** One call of the driver: whether the page was mapped. */
    public boolean unmapOne(long iova) {
        if (table.removeLeaf(iova, PAGE) == 0) {
            return false;
        }
        written(1, iova);
        long left = machine.load(count(iova)) - 1;
        machine.store(count(iova), left);
        if (left == 0) {
            long directoryEntry = table.entry(0, iova);
            table.writeEntry(0, iova, 0);
            written(0, iova);
            table.freeTable(0, directoryEntry);
        }
        return true;
    }

    /** {@inheritDoc} A call of the driver maps 4 KiB, whatever the size says. */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        long done = 0;
        for (long i = 0; i < count; i++) {
            mapOne(iova + done, pa + done, prot);
            done += pageBytes;
        }
        return done;
    }

    /** {@inheritDoc} A call of the driver unmaps 4 KiB, and answers with the size that it was asked for. */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        long done = 0;
        while (done < pageBytes * count && unmapOne(iova + done)) {
            done += pageBytes;
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

    /** {@inheritDoc} The driver itself never does that: it leaks directory and tables (tegra_smmu_domain_free). */
    @Override
    public long free() {
        return table.free();
    }

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
