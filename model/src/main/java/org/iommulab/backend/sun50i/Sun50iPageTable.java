package org.iommulab.backend.sun50i;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.RadixTable;
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

    private final RadixTable table;

    /** Allocates the directory. */
    public Sun50iPageTable(PhysicalMemory memory, FrameAllocator frames, TableListener listener) {
        table = new RadixTable(memory, frames, new Sun50iFormat(), TableRules.refusing(EBUSY), listener);
    }

    /** {@inheritDoc} A call of the driver maps 4 KiB, whatever the size says. */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
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

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
