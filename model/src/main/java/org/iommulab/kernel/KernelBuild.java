package org.iommulab.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The kernel that a machine boots: a version, patches on top, configuration and command line, and what somebody broke
 * on purpose.
 *
 * @param version the release that it starts from
 * @param patches patches on top, in the order of {@link Patch}
 * @param config options that differ from the board's own defaults, without {@code CONFIG_}: {@code SMP -> false}
 * @param commandLine as the boot loader would give it
 * @param removed callbacks taken out of drivers' tables
 * @param failures callbacks that fail on purpose
 */
public record KernelBuild(
        Version version,
        Set<Patch> patches,
        Map<String, Boolean> config,
        String commandLine,
        List<Removal> removed,
        List<Failure> failures) {

    /** A what-if option of 32-bit ARM: dma-iommu, with default domains, in the place of the architecture's own glue. */
    public static final String ARM_DMA_IOMMU = "ARM_DMA_IOMMU";

    public KernelBuild {
        patches = Collections.unmodifiableSet(new TreeSet<>(patches));
        config = Collections.unmodifiableMap(new TreeMap<>(config));
        removed = List.copyOf(removed);
        failures = List.copyOf(failures);
    }

    /** A plain release. */
    public static KernelBuild of(Version version) {
        return new KernelBuild(version, Set.of(), Map.of(), "", List.of(), List.of());
    }

    /** The same on another release. */
    public KernelBuild on(Version newVersion) {
        return new KernelBuild(newVersion, patches, config, commandLine, removed, failures);
    }

    public KernelBuild with(Set<Patch> newPatches) {
        return new KernelBuild(version, newPatches, config, commandLine, removed, failures);
    }

    public KernelBuild withConfig(Map<String, Boolean> newConfig) {
        return new KernelBuild(version, patches, newConfig, commandLine, removed, failures);
    }

    public KernelBuild withCommandLine(String newCommandLine) {
        return new KernelBuild(version, patches, config, newCommandLine, removed, failures);
    }

    public KernelBuild without(List<Removal> newRemoved) {
        return new KernelBuild(version, patches, config, commandLine, newRemoved, failures);
    }

    public KernelBuild failing(List<Failure> newFailures) {
        return new KernelBuild(version, patches, config, commandLine, removed, newFailures);
    }

    /** The behaviours of this build: the version's, changed by each patch in turn. */
    public Set<Behaviour> behaviours() {
        Set<Behaviour> behaviours = EnumSet.copyOf(version.behaviours());
        for (Patch patch : patches) {
            patch.applyTo(behaviours);
        }
        return behaviours;
    }

    /** As {@code --kernel} spells it, runs of the five patches as {@code p1..p5}. */
    public String spec() {
        var parts = new ArrayList<String>();
        parts.add(version.text());
        var numbered =
                patches.stream().filter(p -> p.ordinal() <= Patch.P5.ordinal()).toList();
        if (!numbered.isEmpty()) {
            parts.add(runs(numbered));
        }
        patches.stream()
                .filter(p -> p.ordinal() > Patch.P5.ordinal())
                .map(Patch::text)
                .forEach(parts::add);
        return String.join("+", parts);
    }

    private static String runs(List<Patch> patches) {
        var runs = new ArrayList<String>();
        int from = 0;
        for (int i = 1; i <= patches.size(); i++) {
            if (i == patches.size()
                    || patches.get(i).ordinal() != patches.get(i - 1).ordinal() + 1) {
                String first = patches.get(from).text();
                runs.add(
                        i - from == 1
                                ? first
                                : first + ".." + patches.get(i - 1).text());
                from = i;
            }
        }
        return runs.stream().collect(Collectors.joining(","));
    }

    /** Why this combination of patches never existed as a kernel that builds; empty when it did. */
    public List<String> remarks() {
        var remarks = new ArrayList<String>();
        if (version != Version.V6_2 && !patches.isEmpty()) {
            remarks.add("the patches were made for 6.2; on " + version + " they are only switches here");
        }
        if (patches.contains(Patch.V2)) {
            remarks.add(
                    "v2 was posted and never merged; here it is the first posting's core and drivers, the second's own"
                            + " text was not at hand");
        }
        if (patches.contains(Patch.V4)) {
            remarks.add("v4 was posted and never merged; it stands for the series as a whole, without its last patch");
        }
        if (config.getOrDefault(ARM_DMA_IOMMU, false)) {
            remarks.add(ARM_DMA_IOMMU
                    + " is a what-if: 32-bit ARM on the generic dma-iommu layer was named as the answer in"
                    + " the long term when the breakage was reported, and was never merged in that form");
        }
        if (patches.contains(Patch.P5) && !patches.contains(Patch.P2)) {
            remarks.add("p5 without p2 would not build: the helper that it calls is missing");
        }
        if (patches.contains(Patch.P3) && !patches.contains(Patch.P2)) {
            remarks.add("p3 without p2 would not build: the drivers' new callbacks have no place in a table");
        }
        if (patches.contains(Patch.EXYNOS_FIX2) && !patches.contains(Patch.EXYNOS_FIX)) {
            remarks.add("exynos-fix2 alone could not be applied; it counts as both Exynos fixes");
        }
        if (patches.contains(Patch.P3) && !patches.contains(Patch.PAMU_FIX)) {
            remarks.add("p3 without pamu-fix does not compile where fsl_pamu is built");
        }
        return remarks;
    }

    @Override
    public String toString() {
        return spec();
    }
}
