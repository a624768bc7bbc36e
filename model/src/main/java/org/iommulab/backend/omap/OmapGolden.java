package org.iommulab.backend.omap;

import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenLog;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.RadixRun;
import org.iommulab.pagetable.golden.TableMemory;

/** The golden cases of the format: a domain with one IOMMU. */
record OmapGolden() implements GoldenFormat {
    @Override
    public String name() {
        return "omap";
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        var place = TableMemory.at(config.tableMemory());
        var log = new GoldenLog();
        LongConsumer flush = iova -> log.add("flush_iotlb_page", iova);
        var table = new OmapPageTable(place.memory(), place.frames(), flush, TableListener.NONE);
        return new RadixRun(table, table.radix(), Map.of("ttb", table.base()), Optional.of(log));
    }
}
