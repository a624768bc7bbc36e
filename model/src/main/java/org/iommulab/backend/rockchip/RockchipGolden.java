package org.iommulab.backend.rockchip;

import java.util.Map;
import java.util.Optional;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenLog;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.RadixRun;
import org.iommulab.pagetable.golden.TableMemory;

/** The golden cases of one of the two formats. */
record RockchipGolden(String name, RockchipFormat format) implements GoldenFormat {
    @Override
    public GoldenRun start(GoldenConfig config) {
        var place = TableMemory.at(config.tableMemory());
        var log = new GoldenLog();
        ZapLines zap = (iova, bytes) -> log.add("zap_lines", iova, bytes);
        var table = new RockchipPageTable(place.memory(), place.frames(), format, zap, TableListener.NONE);
        var registers = Map.of("dte_addr", format.table(0, table.base()));
        return new RadixRun(table, table.radix(), registers, Optional.of(log));
    }
}
