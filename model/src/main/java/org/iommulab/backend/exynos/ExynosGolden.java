package org.iommulab.backend.exynos;

import java.util.regex.Pattern;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/**
 * The golden cases of the System MMU.
 *
 * @param name {@code exynos} or {@code exynos-v5}
 */
public record ExynosGolden(String name) implements GoldenFormat {
    private static final Pattern VARIANT = Pattern.compile("SysMMU v(\\d{1,2})\\.(\\d{1,3})( with VM registers)?");

    @Override
    public GoldenRun start(GoldenConfig config) {
        var matcher = VARIANT.matcher(config.variant());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no SysMMU variant: \"" + config.variant() + "\"");
        }
        var revision = new SysMmuLayout.Revision(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3) != null);
        return new ExynosGoldenRun(revision, config.tableMemory());
    }
}
