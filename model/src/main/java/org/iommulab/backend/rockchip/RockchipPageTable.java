package org.iommulab.backend.rockchip;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableRules;
import org.iommulab.pagetable.Translation;

/**
 * The page table of a domain as rk_iommu_map, rk_iommu_unmap and rk_iommu_iova_to_phys keep it. The hardware has 4 KiB
 * pages only; one call may fill up to a whole page table with them. Unmapping clears the valid bit alone, and no page
 * table is freed before the domain is.
 */
public final class RockchipPageTable implements Translation {
    private static final int EADDRINUSE = 98;
    private static final long PAGE = RockchipFormat.PAGE;

    /** The answer of {@link #clear} when the directory entry is not valid. */
    public static final long NO_PAGE_TABLE = -1;

    private final RadixTable table;
    private final ZapLines zap;

    /** Allocates the directory table. */
    public RockchipPageTable(
            PhysicalMemory memory, FrameAllocator frames, RockchipFormat format, ZapLines zap, TableListener listener) {
        var rules = TableRules.refusing(EADDRINUSE).clearedKeeping(~(long) RockchipFormat.VALID);
        this.table = new RadixTable(memory, frames, format, rules, listener);
        this.zap = zap;
    }

    /**
     * One call of the driver.
     *
     * @param size a power of two, 4 KiB to 4 MiB; iova is a multiple of it
     * @return 0 or a negative errno
     */
    public int mapOne(long iova, long pa, long size, int prot) {
        if (size == PAGE && table.mapSmallest(iova, pa, prot)) {
            zap.zap(iova, PAGE);
            return 0;
        }
        return mapWalking(iova, pa, size, prot);
    }

    private int mapWalking(long iova, long pa, long size, int prot) {
        long result = table.map(iova, pa, PAGE, size / PAGE, prot);
        int errno = Translation.errno(result);
        if (errno != 0) {
            // The pages before the one in the way are invalidated again, without a zap.
            table.unmap(iova, PAGE, Translation.mappedBytes(result) / PAGE);
            return -errno;
        }
        // The IOTLB holds whole lines of entries: the first and the last may sit in a line with ones that were invalid.
        zap.zap(iova, PAGE);
        if (size > PAGE) {
            zap.zap(iova + size - PAGE, PAGE);
        }
        return 0;
    }

    /**
     * One call of the driver.
     *
     * @return bytes up to the first page that was not mapped
     */
    public long unmapOne(long iova, long size) {
        long removed = clear(iova, size);
        if (removed == NO_PAGE_TABLE) {
            return 0;
        }
        zap.zap(iova, removed);
        return removed;
    }

    /**
     * As {@link #unmapOne}, without the zap.
     *
     * @return the same, or {@link #NO_PAGE_TABLE} where there is nothing that could be zapped
     */
    public long clear(long iova, long size) {
        long removed = size == PAGE ? table.removeLeaf(iova, PAGE) : table.unmap(iova, PAGE, size / PAGE);
        return removed > 0 || table.hasLeafTable(iova) ? removed : NO_PAGE_TABLE;
    }

    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        long done = 0;
        for (long i = 0; i < count; i++) {
            int ret = mapOne(iova + done, pa + done, pageBytes, prot);
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
            long removed = unmapOne(iova + done, pageBytes);
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

    @Override
    public long free() {
        return table.free();
    }

    /** The table itself, for looking at. */
    public RadixTable radix() {
        return table;
    }
}
