package org.iommulab.app.matrix;

import org.iommulab.kernel.Level;

/** What stands on a level's button. */
final class LevelNames {
    private static final String BASE = "6.2+";

    private LevelNames() {}

    /** {@code 6.2}, {@code p1..p3}, {@code + fix}, {@code 6.12}. */
    static String of(Level level) {
        String spec = level.spec();
        if (spec.endsWith("+exynos-fix2")) {
            return "+ fix 2";
        }
        if (spec.endsWith("+exynos-fix")) {
            return "+ fix";
        }
        return spec.startsWith(BASE) ? spec.substring(BASE.length()) : spec;
    }
}
