package org.iommulab.backend.sprd;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.LinearTable;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;

/**
 * The table as sprd_iommu_map, sprd_iommu_unmap and sprd_iommu_iova_to_phys of v6.1 keep it: a page number for each 4 KiB
 * of the window, nothing else in an entry.
 */
public final class SprdPageTable implements Translation {
    public static final long PAGE = 0x1000;
    public static final int ENTRIES = 1 << 16;

    /** Last address of the window; it begins at 0. */
    public static final long WINDOW_END = ENTRIES * PAGE - 1;

    private static final int EINVAL = 22;

    private final LinearTable table;

    /** Allocates the 256 KiB. */
    public SprdPageTable(PhysicalMemory memory, FrameAllocator frames, TableListener listener) {
        this.table = new LinearTable(memory, frames, ENTRIES, listener);
    }

    /** Whether some of these addresses are not in the window. */
    static boolean isOutside(long iova, long bytes) {
        return iova < 0 || bytes < 0 || iova + bytes > WINDOW_END + 1;
    }

    /** {@inheritDoc} The driver first cuts the address to 32 bits; what is there is overwritten. */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        long bytes = pageBytes * count;
        if (isOutside(iova, bytes)) {
            return EINVAL;
        }
        table.fill((int) (iova / PAGE), (int) (bytes / PAGE), (int) ((pa & 0xffff_ffffL) / PAGE), 1);
        return bytes;
    }

    @Override
    public long unmap(long iova, long pageBytes, long count) {
        long bytes = pageBytes * count;
        if (isOutside(iova, bytes)) {
            return 0;
        }
        table.fill((int) (iova / PAGE), (int) (bytes / PAGE), 0, 0);
        return bytes;
    }

    /** sprd_iommu_unmap of v6.1: 0 for success, where the size was meant, and an errno as a size outside the window. */
    public long unmapAsCallback(long iova, long bytes) {
        if (isOutside(iova, bytes)) {
            return -EINVAL;
        }
        unmap(iova, bytes, 1);
        return 0;
    }

    @Override
    public long translate(long iova) {
        long page = isOutside(iova, 1) ? 0 : pageOf(iova);
        return page == 0 ? NOT_MAPPED : page | iova & PAGE - 1;
    }

    /** sprd_iommu_iova_to_phys: an empty entry is page 0 to it. */
    public long iovaToPhys(long iova) {
        return isOutside(iova, 1) ? 0 : pageOf(iova) | iova & PAGE - 1;
    }

    private long pageOf(long iova) {
        return (table.get((int) (iova / PAGE)) & 0xffff_ffffL) * PAGE;
    }

    @Override
    public long base() {
        return table.base();
    }

    @Override
    public long free() {
        return table.free();
    }

    public long mappedPages() {
        return table.used();
    }

    /** The array itself, for looking at. */
    public LinearTable linear() {
        return table;
    }
}
