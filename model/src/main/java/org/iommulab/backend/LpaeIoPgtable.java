package org.iommulab.backend;

import org.iommulab.core.IotlbGather;
import org.iommulab.kernel.Kernel;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaePageTable;
import org.iommulab.pagetable.lpae.LpaeTlb;
import org.iommulab.pagetable.lpae.LpaeWarning;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The tables of io-pgtable-arm: long descriptors. */
public final class LpaeIoPgtable extends IoPgtable {
    private static final String FILE = "drivers/iommu/io-pgtable-arm.c";

    private final SimObject domain;
    private final FlushOps flush;
    private final LpaePageTable table;

    public LpaeIoPgtable(Site site, SimObject domain, LpaeFormat format, FlushOps flush) {
        super(domain);
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

    public LpaePageTable table() {
        return table;
    }

    @Override
    Translation translation() {
        return table;
    }

    @Override
    RadixTable radix() {
        return table.radix();
    }

    @Override
    public long unmap(long iova, long pageSize, long count, IotlbGather gather) {
        return table.unmap(iova, pageSize, count, new PageGather() {
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
}
