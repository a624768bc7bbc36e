package org.iommulab.backend;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.exynos.ExynosGolden;
import org.iommulab.backend.exynos.ExynosTimed;
import org.iommulab.backend.exynos.SysMmuFormat;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The page-table formats that golden cases can be run against, and those that can be timed. */
public final class GoldenFormats {
    private static final List<GoldenFormat> ALL = List.of(new ExynosGolden("exynos"), new ExynosGolden("exynos-v5"));

    private static final List<TimedFormat> TIMED = List.of(
            new ExynosTimed("exynos", "v3.3", SysMmuFormat.V1_V3),
            new ExynosTimed("exynos-v5", "v5.0", SysMmuFormat.V5));

    private GoldenFormats() {}

    public static List<TimedFormat> timed() {
        return TIMED;
    }

    public static List<GoldenFormat> all() {
        return ALL;
    }

    public static Optional<GoldenFormat> named(String name) {
        return ALL.stream().filter(f -> f.name().equals(name)).findFirst();
    }
}
