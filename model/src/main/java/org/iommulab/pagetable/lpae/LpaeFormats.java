package org.iommulab.pagetable.lpae;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The variants of ARM's long-descriptor tables. */
public final class LpaeFormats implements Formats {
    private static final long SMALL_GRANULE = 1L << 12 | 1L << 21 | 1L << 30;

    @Override
    public List<GoldenFormat> golden() {
        return Arrays.stream(LpaeVariant.values())
                .<GoldenFormat>map(LpaeGolden::new)
                .toList();
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(
                timed("4k-48-48", LpaeVariant.ARM_64_S1, 48, 48, true),
                timed("4k-39-40", LpaeVariant.ARM_64_S1, 39, 40, true),
                timed("4k-40-44-noncoh", LpaeVariant.ARM_64_S1, 40, 44, false),
                timed("4k-40-40", LpaeVariant.ARM_64_S2, 40, 40, true));
    }

    private static TimedFormat timed(
            String config, LpaeVariant variant, int inputBits, int outputBits, boolean coherentWalk) {
        var asked = new LpaeConfig(variant, inputBits, outputBits, SMALL_GRANULE, Set.of(), coherentWalk);
        return new LpaeTimed(config, LpaeFormat.of(asked).orElseThrow());
    }
}
