package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The System MMU's two formats. */
public final class ExynosFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new ExynosGolden("exynos"), new ExynosGolden("exynos-v5"));
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(
                new ExynosTimed("exynos", "v3.3", SysMmuFormat.V1_V3),
                new ExynosTimed("exynos-v5", "v5.0", SysMmuFormat.V5));
    }
}
