package org.iommulab.app.window;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;

/** What to call a kernel build in words. */
final class KernelNames {
    private KernelNames() {}

    /** {@code Linux 6.2 + patches 1–5 + exynos-fix}. */
    static String title(KernelBuild build) {
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
