package org.iommulab.scenario;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.json.Names;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Level;

/** The kernels that a key of an expectation stands for. */
final class KernelKey {
    static final String ALL = "*";

    /** The places of a range, in order: the levels of the series, then the releases that came after it. */
    private static final List<String> LEVELS =
            Level.KNOWN.stream().map(Level::key).toList();

    private KernelKey() {}

    /** The key that fits this kernel best. A kernel with callbacks removed or failing fits none. */
    static Optional<String> mostExact(Collection<String> keys, KernelBuild kernel) {
        if (!kernel.removed().isEmpty() || !kernel.failures().isEmpty()) {
            return Optional.empty();
        }
        return keys.stream()
                .filter(key -> !isRange(key) && !key.equals(ALL) && sameKernel(build(key), kernel))
                .findFirst()
                .or(() -> keys.stream()
                        .filter(key -> isRange(key) && inRange(key, kernel))
                        .findFirst())
                .or(() -> keys.stream().filter(ALL::equals).findFirst());
    }

    static boolean isRange(String key) {
        int dots = key.indexOf("..");
        return dots > 0 && !key.contains("+") && level(key.substring(0, dots)) >= 0;
    }

    /** First and last level of a range, as places in the order of kernels; -1 for an unknown one. */
    static int[] range(String key) {
        int dots = key.indexOf("..");
        return new int[] {level(key.substring(0, dots)), level(key.substring(dots + 2))};
    }

    /** @throws IllegalArgumentException when it is neither a level nor a kernel */
    static KernelBuild build(String key) {
        int level = level(key);
        return level >= 0 && level < Level.SERIES.size()
                ? Level.SERIES.get(level).build()
                : KernelSpec.parse(key);
    }

    /**
     * What is wrong with a key, in words; empty when it is good.
     *
     * @param before the keys that stand before it in the same object
     */
    static Optional<String> problem(String key, Collection<String> before) {
        if (key.equals(ALL)) {
            return Optional.empty();
        }
        if (isRange(key)) {
            return rangeProblem(key, before);
        }
        try {
            KernelBuild build = build(key);
            return before.stream()
                    .filter(other -> !other.equals(ALL) && !isRange(other) && sameKernel(build(other), build))
                    .map(other -> "'" + key + "' is the same kernel as '" + other + "' above")
                    .findFirst();
        } catch (IllegalArgumentException e) {
            return Optional.of("'" + key + "' is no level, no range of levels, no kernel and not *"
                    + Names.nearest(key, LEVELS)
                            .map(near -> ", did you mean '" + near + "'")
                            .orElse("")
                    + "; levels are " + String.join(", ", LEVELS) + "; as a kernel: " + e.getMessage());
        }
    }

    private static Optional<String> rangeProblem(String key, Collection<String> before) {
        int[] range = range(key);
        if (range[1] < 0) {
            String last = key.substring(key.indexOf("..") + 2);
            return Optional.of("the range '" + key + "' ends in no level" + Names.hint(last, LEVELS));
        }
        if (range[0] >= range[1]) {
            return Optional.of("the range '" + key + "' runs backwards or holds one level, expected a rising one");
        }
        return before.stream()
                .filter(KernelKey::isRange)
                .filter(other -> range(other)[0] <= range[1] && range[0] <= range(other)[1])
                .map(other -> "the range '" + key + "' overlaps with '" + other + "' above")
                .findFirst();
    }

    private static boolean inRange(String key, KernelBuild kernel) {
        int[] range = range(key);
        return IntStream.rangeClosed(range[0], range[1]).anyMatch(i -> sameKernel(build(LEVELS.get(i)), kernel));
    }

    private static boolean sameKernel(KernelBuild one, KernelBuild other) {
        return one.version() == other.version() && one.patches().equals(other.patches());
    }

    private static int level(String key) {
        return LEVELS.indexOf(key);
    }
}
