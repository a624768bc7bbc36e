package org.iommulab.backend.mtkv1;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.LinearTable;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;

/** The one table as mtk_iommu_v1_map, mtk_iommu_v1_unmap and mtk_iommu_v1_iova_to_phys keep it. */
public final class MtkV1PageTable implements Translation {
    private static final int EINVAL = 22;
    private static final int EEXIST = 17;
    private static final long OFFSET = MtkV1Format.PAGE - 1;

    private final LinearTable table;
    private final Occupied occupied;

    /** What becomes of the pages before one that is in the way. */
    public enum Occupied {
        /** Up to v6.1: they are cleared again. */
        TAKE_BACK,
        /** From v6.2 on: they stay. */
        KEEP
    }

    /** Allocates the table. */
    public MtkV1PageTable(PhysicalMemory memory, FrameAllocator frames, Occupied occupied, TableListener listener) {
        this.table = new LinearTable(memory, frames, MtkV1Format.ENTRIES, listener);
        this.occupied = occupied;
    }

    private static int index(long iova) {
        return (int) (iova >>> 12) & MtkV1Format.ENTRIES - 1;
    }

    /** The driver tests nothing; what is beyond the table, where it would write past its memory, is refused here. */
    private static boolean fits(long iova, long pages) {
        return pages >= 0 && pages <= MtkV1Format.ENTRIES - index(iova);
    }

    /** {@inheritDoc} Any size is filled page by page; permissions are ignored. */
    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        long pages = pageBytes * count >>> 12;
        if (!fits(iova, pages)) {
            return EINVAL;
        }
        int first = index(iova);
        int entry = (int) (pa & ~OFFSET) | MtkV1Format.VALID | MtkV1Format.NONSEC;
        int free = table.zeros(first, (int) pages);
        table.fill(first, free, entry, (int) MtkV1Format.PAGE);
        if (free == pages) {
            return pages << 12;
        }
        if (occupied == Occupied.KEEP) {
            return (long) free << 12 | EEXIST;
        }
        table.fill(first, free, 0, 0);
        return EEXIST;
    }

    /** {@inheritDoc} It is all zeroed and counts as unmapped, whatever was there. */
    @Override
    public long unmap(long iova, long pageBytes, long count) {
        if (pageBytes * count == MtkV1Format.PAGE) {
            table.put(index(iova), 0);
            return MtkV1Format.PAGE;
        }
        return unmapMany(iova, pageBytes * count >>> 12);
    }

    private long unmapMany(long iova, long pages) {
        if (!fits(iova, pages)) {
            return 0;
        }
        table.fill(index(iova), (int) pages, 0, 0);
        return pages << 12;
    }

    @Override
    public long translate(long iova) {
        int entry = table.get(index(iova));
        return entry == 0 ? NOT_MAPPED : entry & 0xffff_f000L | iova & OFFSET;
    }

    /** mtk_iommu_v1_iova_to_phys: the page's address without the offset in it. */
    public long iovaToPhys(long iova) {
        return table.get(index(iova)) & 0xffff_f000L;
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
