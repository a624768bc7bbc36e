package org.iommulab.pagetable.armv7s;

import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/**
 * The golden cases of short descriptors.
 *
 * @param name {@code arm-v7s} or {@code arm-v7s-mtk}; the quirks in a case make the difference
 */
record ArmV7sGolden(String name) implements GoldenFormat {
    @Override
    public GoldenRun start(GoldenConfig config) {
        var asked =
                new ArmV7sConfig(config.ias(), config.oas(), ArmV7sQuirk.of(config.quirks()), config.coherentWalk());
        return new ArmV7sGoldenRun(asked, config.tableMemory(), config.gatherQueued());
    }
}
