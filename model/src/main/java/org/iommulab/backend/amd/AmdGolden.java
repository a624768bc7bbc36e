package org.iommulab.backend.amd;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/**
 * The golden cases of AMD-Vi.
 *
 * @param name {@code amd-v1} or {@code amd-v2}
 */
public record AmdGolden(String name) implements GoldenFormat {
    private static final Pattern VARIANT = Pattern.compile("initial mode ([1-6])");

    @Override
    public GoldenRun start(GoldenConfig config) {
        if (name.equals("amd-v2")) {
            return new AmdGoldenRun(config.tableMemory());
        }
        Matcher matcher = VARIANT.matcher(config.variant());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no initial mode: \"" + config.variant() + "\"");
        }
        return new AmdGoldenRun(config.tableMemory(), Integer.parseInt(matcher.group(1)));
    }
}
