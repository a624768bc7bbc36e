package org.iommulab.backend;

import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.SimObject;

/** {@code struct io_pgtable}: what alloc_io_pgtable_ops makes for a domain, in one format or the other. */
public abstract sealed class IoPgtable extends SimObject permits LpaeIoPgtable, ShortIoPgtable {
    private static final long SMALLEST = 4096;

    private final SimObject domain;

    /** {@code struct iommu_flush_ops}: how the driver invalidates. */
    public interface FlushOps {
        /** A driver that sets no {@code cfg.tlb}: io-pgtable invalidates nothing. */
        FlushOps NONE = new FlushOps() {
            @Override
            public void flushAll() {}

            @Override
            public void flushWalk(long iova, long bytes, long granule) {}

            @Override
            public void addPage(IotlbGather gather, long iova, long granule) {}
        };

        /** tlb_flush_all: the tables are about to be freed. */
        void flushAll();

        /** tlb_flush_walk: a table was taken out, and with it all that it mapped. */
        void flushWalk(long iova, long bytes, long granule);

        /** tlb_add_page: a page was unmapped. */
        void addPage(IotlbGather gather, long iova, long granule);
    }

    IoPgtable(SimObject domain) {
        super(domain.machine());
        this.domain = domain;
    }

    @Override
    public final String label() {
        return domain.label() + " tables";
    }

    abstract Translation translation();

    abstract RadixTable radix();

    /** Physical address of the root. */
    public final long base() {
        return translation().base();
    }

    /** map_pages. */
    public final OpsTable.Mapped map(long iova, long physical, long pageSize, long count, int prot) {
        long result = translation().map(iova, physical, pageSize, count, prot);
        return new OpsTable.Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    /** unmap_pages. */
    public abstract long unmap(long iova, long pageSize, long count, IotlbGather gather);

    /** iova_to_phys: 0 is "not mapped". */
    public final long iovaToPhys(long iova) {
        long address = translation().translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }

    /** 4 KiB pages mapped, counted in memory. */
    public final long mappedPages() {
        return radix().mappedBytes() / SMALLEST;
    }

    public final int tableCount() {
        int[] count = {0};
        radix().visitTables((level, address) -> count[0]++);
        return count[0];
    }

    /** free_io_pgtable_ops. */
    public final void free() {
        translation().free();
    }
}
