package org.iommulab.backend.dart;

import java.util.Arrays;
import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** DART's two layouts. */
public final class DartFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return Arrays.stream(DartVersion.values())
                .<GoldenFormat>map(DartGolden::new)
                .toList();
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(
                new DartTimed("16k-36-36", new DartFormat(DartVersion.DART1, 36, 36, 14)),
                new DartTimed("4k-32-36", new DartFormat(DartVersion.DART1, 32, 36, 12)));
    }
}
