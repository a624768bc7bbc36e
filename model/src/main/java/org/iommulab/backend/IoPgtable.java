package org.iommulab.backend;

import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Kernel;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeGather;
import org.iommulab.pagetable.lpae.LpaePageTable;
import org.iommulab.pagetable.lpae.LpaeTlb;
import org.iommulab.pagetable.lpae.LpaeWarning;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct io_pgtable} with the tables of io-pgtable-arm: what alloc_io_pgtable_ops makes for a domain. */
public final class IoPgtable extends SimObject {
    private static final String FILE = "drivers/iommu/io-pgtable-arm.c";
    private static final long SMALLEST = 4096;

    private final SimObject domain;
    private final FlushOps flush;
    private final LpaePageTable table;

    /** {@code struct iommu_flush_ops}: how the driver invalidates. */
    public interface FlushOps {
        /** tlb_flush_all: the tables are about to be freed. */
        void flushAll();

        /** tlb_flush_walk: a table was taken out, and with it all that it mapped. */
        void flushWalk(long iova, long bytes, long granule);

        /** tlb_add_page: a page was unmapped. */
        void addPage(IotlbGather gather, long iova, long granule);
    }

    public IoPgtable(Site site, SimObject domain, LpaeFormat format, FlushOps flush) {
        super(domain.machine());
        this.domain = domain;
        this.flush = flush;
        this.table = new LpaePageTable(
                site.memory(), site.frames(), format, tlb(site.kernel()), new TableEvents(domain, format.levelNames()));
    }

    private LpaeTlb tlb(Kernel kernel) {
        return new LpaeTlb() {
            @Override
            public void flushAll() {
                flush.flushAll();
            }

            @Override
            public void flushWalk(long iova, long bytes, long granule) {
                flush.flushWalk(iova, bytes, granule);
            }

            @Override
            public void warn(LpaeWarning warning) {
                kernel.log().warnOn(Term.function(warning.function(), FILE), domain);
            }
        };
    }

    @Override
    public String label() {
        return domain.label() + " tables";
    }

    public LpaePageTable table() {
        return table;
    }

    /** map_pages. */
    public OpsTable.Mapped map(long iova, long physical, long pageSize, long count, int prot) {
        long result = table.map(iova, physical, pageSize, count, prot);
        return new OpsTable.Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    /** unmap_pages. */
    public long unmap(long iova, long pageSize, long count, IotlbGather gather) {
        return table.unmap(iova, pageSize, count, new LpaeGather() {
            @Override
            public boolean isQueued() {
                return gather.isQueued();
            }

            @Override
            public void add(long first, long pageBytes, int pages) {
                for (int i = 0; i < pages; i++) {
                    flush.addPage(gather, first + i * pageBytes, pageBytes);
                }
            }
        });
    }

    /** iova_to_phys: 0 is "not mapped". */
    public long iovaToPhys(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }

    /** 4 KiB pages mapped, counted in memory. */
    long mappedPages() {
        return table.radix().mappedBytes() / SMALLEST;
    }

    int tableCount() {
        int[] count = {0};
        table.radix().visitTables((level, address) -> count[0]++);
        return count[0];
    }

    /** free_io_pgtable_ops. */
    public void free() {
        table.free();
    }
}
