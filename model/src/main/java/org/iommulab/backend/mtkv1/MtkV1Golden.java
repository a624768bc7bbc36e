package org.iommulab.backend.mtkv1;

import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/** The golden cases of the first M4U. */
record MtkV1Golden() implements GoldenFormat {
    @Override
    public String name() {
        return "mtk-v1";
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        return new MtkV1GoldenRun(config.tableMemory());
    }
}
