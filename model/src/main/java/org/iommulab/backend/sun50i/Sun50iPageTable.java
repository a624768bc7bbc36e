package org.iommulab.backend.sun50i;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.Translation;

/**
 * The page table of a domain as sun50i_iommu_map, sun50i_iommu_unmap and sun50i_iommu_iova_to_phys keep it: one page a
 * call, and no page table is freed when its last page goes.
 */
public final class Sun50iPageTable implements Translation {
    private static final int EBUSY = 16;
    private static final long PAGE = Sun50iFormat.PAGE;
    private static final long MEGABYTE = 1 << 20;
    private static final long DIRECTORY_BYTES = 0x4000;

    private final RadixTable table;
    private final FrameAllocator frames;
    private final TableListener listener;

    /** Allocates the directory. */
    public Sun50iPageTable(PhysicalMemory memory, FrameAllocator frames, TableListener listener) {
        this.frames = frames;
        this.listener = listener;
        table = new RadixTable(memory, frames, new Sun50iFormat(), TableRules.refusing(EBUSY), listener);
    }

    /** {@inheritDoc} A call of the driver maps 4 KiB, whatever the size says. */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        return count == 1 && pageBytes == PAGE && table.mapSmallest(iova, pa, prot)
                ? PAGE
                : mapWalking(iova, pa, pageBytes, count, prot);
    }

    private long mapWalking(long iova, long pa, long pageBytes, long count, int prot) {
        if (pageBytes == PAGE) {
            return table.map(iova, pa, PAGE, count, prot);
        }
        long done = 0;
        for (long i = 0; i < count; i++) {
            int errno = Translation.errno(table.map(iova + done, pa + done, PAGE, 1, prot));
            if (errno != 0) {
                return done | errno;
            }
            done += pageBytes;
        }
        return done;
    }

    /** {@inheritDoc} A call of the driver unmaps 4 KiB, or nothing. */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        return count == 1 && pageBytes == PAGE ? table.removeLeaf(iova, PAGE) : table.unmap(iova, pageBytes, count);
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

    /** sun50i_iommu_domain_free: the directory alone; page tables that are still there are never freed. */
    void freeDirectory() {
        frames.free(DIRECTORY_BYTES);
        listener.tableFreed(0, table.base(), DIRECTORY_BYTES);
    }

    /** What sun50i_iommu_detach_domain does to the table: each directory entry is cleared, then its page table freed. */
    void clear() {
        for (long iova = 0; iova < 1L << 32; iova += MEGABYTE) {
            long entry = table.entry(0, iova);
            if (table.kindOf(0, iova) == TableFormat.Kind.TABLE) {
                table.writeEntry(0, iova, 0);
                table.freeTable(0, entry);
            }
        }
    }

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
