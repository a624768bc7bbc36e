package org.iommulab.backend.sun50i;

import java.util.Map;
import java.util.Optional;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.RadixRun;
import org.iommulab.pagetable.golden.TableMemory;

/** The golden cases of the format; they have no log, for the driver invalidates in other callbacks. */
record Sun50iGolden() implements GoldenFormat {
    @Override
    public String name() {
        return "sun50i";
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        var place = TableMemory.at(config.tableMemory());
        var table = new Sun50iPageTable(place.memory(), place.frames(), TableListener.NONE);
        return new RadixRun(table, table.radix(), Map.of("ttb", table.base()), Optional.empty());
    }
}
