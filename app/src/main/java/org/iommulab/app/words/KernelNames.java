package org.iommulab.app.words;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;

/** What to call a kernel build in words. */
public final class KernelNames {
    private KernelNames() {}

    /** {@code Linux 6.2 + patches 1–5 + exynos-fix}. */
    public static String title(KernelBuild build) {
        var parts = new ArrayList<String>();
        parts.add("Linux " + build.version());
        List<Integer> numbered = build.patches().stream()
                .filter(patch -> patch.ordinal() <= Patch.P5.ordinal())
                .map(patch -> patch.ordinal() + 1)
                .toList();
        if (numbered.size() == 1) {
            parts.add("patch " + numbered.getFirst());
        } else if (!numbered.isEmpty()) {
            parts.add("patches " + runs(numbered));
        }
        build.patches().stream()
                .filter(patch -> patch.ordinal() > Patch.P5.ordinal())
                .forEach(patch -> parts.add(patch.text()));
        String title = String.join(" + ", parts);
        int taken = build.removed().size();
        return taken == 0 ? title : title + ", " + (taken == 1 ? "1 callback" : taken + " callbacks") + " off";
    }

    /** A title for each build that tells it from the others: with what was changed in it, where that is not the same. */
    public static List<String> titles(List<KernelBuild> builds) {
        return builds.stream().map(build -> title(build, builds)).toList();
    }

    private static String title(KernelBuild build, List<KernelBuild> builds) {
        var parts = new ArrayList<String>();
        parts.add(title(build.without(List.of())));
        build.removed().forEach(removal -> parts.add("without " + removal));
        build.failures().forEach(failure -> parts.add("failing " + failure));
        build.config().forEach((name, yes) -> {
            if (builds.stream().anyMatch(other -> !yes.equals(other.config().get(name)))) {
                parts.add("CONFIG_" + name + (yes ? "=y" : "=n"));
            }
        });
        if (builds.stream().anyMatch(other -> !other.commandLine().equals(build.commandLine()))) {
            parts.add(build.commandLine().isEmpty() ? "no command line" : build.commandLine());
        }
        return String.join(", ", parts);
    }

    private static String runs(List<Integer> numbers) {
        var runs = new ArrayList<String>();
        int from = 0;
        for (int i = 1; i <= numbers.size(); i++) {
            if (i == numbers.size() || numbers.get(i) != numbers.get(i - 1) + 1) {
                int first = numbers.get(from);
                int last = numbers.get(i - 1);
                runs.add(first == last ? "" + first : first + "–" + last);
                from = i;
            }
        }
        return String.join(", ", runs);
    }
}
