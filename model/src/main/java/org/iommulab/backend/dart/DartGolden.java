package org.iommulab.backend.dart;

import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/** The golden cases of one layout. */
record DartGolden(DartVersion version) implements GoldenFormat {
    @Override
    public String name() {
        return version.label();
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        if (Long.bitCount(config.pageSizes()) != 1 || config.quirks() != 0) {
            throw new IllegalArgumentException("DART has one size of page and no quirks");
        }
        int pageShift = Long.numberOfTrailingZeros(config.pageSizes());
        return new DartGoldenRun(
                new DartFormat(version, config.ias(), config.oas(), pageShift),
                config.tableMemory(),
                config.gatherQueued());
    }
}
