package org.iommulab.backend;

import org.iommulab.core.IotlbGather;
import org.iommulab.kernel.Kernel;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.armv7s.ArmV7sConfig;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;
import org.iommulab.pagetable.armv7s.ArmV7sPageTable;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The tables of io-pgtable-arm-v7s: short descriptors, with the quirks that the driver asks for. */
public final class ShortIoPgtable extends IoPgtable {
    private static final String FILE = "drivers/iommu/io-pgtable-arm-v7s.c";

    private final FlushOps flush;
    private final ArmV7sPageTable table;

    /** @param domain for whom the tables are made: the events of entries and the warnings are its */
    public ShortIoPgtable(Site site, SimObject domain, ArmV7sConfig config, FlushOps flush) {
        super(domain);
        this.flush = flush;
        Kernel kernel = site.kernel();
        this.table = new ArmV7sPageTable(
                site.memory(),
                site.frames(),
                config,
                new Walks(flush),
                new TableEvents(domain, ArmV7sFormat.LEVEL_NAMES),
                warning -> kernel.log().warnOn(Term.function(warning.function(), FILE), domain));
    }

    /** What io-pgtable asks of the driver while it changes tables. */
    private record Walks(FlushOps flush) implements TableFlush {
        @Override
        public void flushAll() {
            flush.flushAll();
        }

        @Override
        public void flushWalk(long iova, long bytes, long granule) {
            flush.flushWalk(iova, bytes, granule);
        }
    }

    /** The tables, with the values that the unit's registers must hold for them. */
    public ArmV7sPageTable table() {
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
