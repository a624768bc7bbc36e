package org.iommulab.kernel;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code 6.2+p1..p5+exynos-fix} and the like. */
public final class KernelSpec {
    private KernelSpec() {}

    /**
     * @return the build, with the board's own configuration and an empty command line
     * @throws UnknownPatch when the version is known and a patch is not
     * @throws IllegalArgumentException what else is wrong and what is known, in one sentence
     */
    public static KernelBuild parse(String spec) {
        String[] parts = spec.strip().split("\\+", -1);
        Version version = Version.named(parts[0])
                .orElseThrow(() -> new IllegalArgumentException("unknown kernel version '" + parts[0] + "'; known: "
                        + Arrays.stream(Version.values()).map(Version::text).collect(Collectors.joining(", "))));
        Set<Patch> patches = EnumSet.noneOf(Patch.class);
        for (int i = 1; i < parts.length; i++) {
            for (String item : parts[i].split(",", -1)) {
                add(patches, item);
            }
        }
        return KernelBuild.of(version).with(patches);
    }

    private static void add(Set<Patch> patches, String item) {
        int dots = item.indexOf("..");
        if (dots < 0) {
            patches.add(patch(item));
            return;
        }
        Patch first = patch(item.substring(0, dots));
        Patch last = patch(item.substring(dots + 2));
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("the range '" + item + "' runs backwards");
        }
        patches.addAll(EnumSet.range(first, last));
    }

    private static Patch patch(String text) {
        return Patch.named(text).orElseThrow(() -> new UnknownPatch(text));
    }
}
