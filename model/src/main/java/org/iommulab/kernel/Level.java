package org.iommulab.kernel;

import java.util.List;
import java.util.stream.Stream;

/**
 * A named place on the way of the series, as the patch row shows it and as scenarios name it in their expectations.
 *
 * @param key as scenario files name it
 * @param label as the patch row shows it
 * @param spec as {@code --kernel} spells it
 */
public record Level(String key, String label, String spec) {
    /** From before the series to the release that has everything. */
    public static final List<Level> SERIES = List.of(
            new Level("BASE", "base", "6.2"),
            new Level("P1", "1", "6.2+p1"),
            new Level("P2", "2", "6.2+p1..p2"),
            new Level("P3", "3", "6.2+p1..p3"),
            new Level("P4", "4", "6.2+p1..p4"),
            new Level("P5", "5", "6.2+p1..p5"),
            new Level("exynos-fix", "fix 1", "6.2+p1..p5+exynos-fix"),
            new Level("exynos-fix2", "fix 2", "6.2+p1..p5+exynos-fix+exynos-fix2"),
            new Level("6.3", "6.3", "6.3"));

    /** The levels of the series and the releases after it, in order. */
    public static final List<Level> KNOWN = Stream.concat(
                    SERIES.stream(),
                    Version.after(Version.V6_3).stream()
                            .map(later -> new Level(later.text(), later.text(), later.text())))
            .toList();

    public KernelBuild build() {
        return KernelSpec.parse(spec);
    }
}
