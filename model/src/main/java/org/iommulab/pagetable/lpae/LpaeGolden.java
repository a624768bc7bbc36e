package org.iommulab.pagetable.lpae;

import java.util.EnumSet;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/** The golden cases of one variant. */
record LpaeGolden(LpaeVariant variant) implements GoldenFormat {
    @Override
    public String name() {
        return variant.label();
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        var asked = new LpaeConfig(
                variant,
                config.ias(),
                config.oas(),
                config.pageSizes(),
                quirks(config.quirks()),
                config.coherentWalk());
        LpaeFormat format = LpaeFormat.of(asked)
                .orElseThrow(() -> new IllegalArgumentException("no such page table: \"" + config.name() + "\""));
        return new LpaeGoldenRun(format, config.tableMemory(), config.gatherQueued());
    }

    private static EnumSet<LpaeQuirk> quirks(long bits) {
        var quirks = EnumSet.noneOf(LpaeQuirk.class);
        long left = bits;
        for (LpaeQuirk quirk : LpaeQuirk.values()) {
            if ((bits & quirk.bit()) != 0) {
                quirks.add(quirk);
                left &= ~quirk.bit();
            }
        }
        if (left != 0) {
            throw new IllegalArgumentException("quirks 0x" + Long.toHexString(left) + " are none of LPAE");
        }
        return quirks;
    }
}
