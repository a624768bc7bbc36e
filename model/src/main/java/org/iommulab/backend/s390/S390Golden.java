package org.iommulab.backend.s390;

import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/** The golden cases of zPCI's tables. */
record S390Golden() implements GoldenFormat {
    @Override
    public String name() {
        return "s390";
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        return new S390GoldenRun(config.tableMemory(), config.apertureFirst(), config.apertureLast());
    }
}
