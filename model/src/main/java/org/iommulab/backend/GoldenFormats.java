package org.iommulab.backend;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.exynos.ExynosGolden;
import org.iommulab.pagetable.golden.GoldenFormat;

/** The page-table formats that golden cases can be run against. */
public final class GoldenFormats {
    private static final List<GoldenFormat> ALL = List.of(new ExynosGolden("exynos"), new ExynosGolden("exynos-v5"));

    private GoldenFormats() {}

    public static List<GoldenFormat> all() {
        return ALL;
    }

    public static Optional<GoldenFormat> named(String name) {
        return ALL.stream().filter(f -> f.name().equals(name)).findFirst();
    }
}
