package org.iommulab.scenario;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Level;

/** The kernels that a key of an expectation stands for. */
final class KernelKey {
    static final String ALL = "*";

    private KernelKey() {}

    /** The key that fits this kernel best. A kernel with callbacks removed or failing fits none. */
    static Optional<String> mostExact(Collection<String> keys, KernelBuild kernel) {
        if (!kernel.removed().isEmpty() || !kernel.failures().isEmpty()) {
            return Optional.empty();
        }
        return keys.stream()
                .filter(key -> !isRange(key) && !key.equals(ALL) && sameKernel(build(key), kernel))
                .findFirst()
                .or(() -> keys.stream().filter(key -> isRange(key) && inRange(key, kernel)).findFirst())
                .or(() -> keys.stream().filter(ALL::equals).findFirst());
    }

    static boolean isRange(String key) {
        int dots = key.indexOf("..");
        return dots > 0 && !key.contains("+") && level(key.substring(0, dots)) >= 0;
    }

    /** First and last level of a range, as places in {@link Level#SERIES}; -1 for an unknown one. */
    static int[] range(String key) {
        int dots = key.indexOf("..");
        return new int[] {level(key.substring(0, dots)), level(key.substring(dots + 2))};
    }

    /** @throws IllegalArgumentException when it is neither a level nor a kernel */
    static KernelBuild build(String key) {
        int level = level(key);
        return level >= 0 ? Level.SERIES.get(level).build() : KernelSpec.parse(key);
    }

    private static boolean inRange(String key, KernelBuild kernel) {
        int[] range = range(key);
        return IntStream.rangeClosed(range[0], range[1])
                .anyMatch(i -> sameKernel(Level.SERIES.get(i).build(), kernel));
    }

    private static boolean sameKernel(KernelBuild one, KernelBuild other) {
        return one.version() == other.version() && one.patches().equals(other.patches());
    }

    private static int level(String key) {
        return IntStream.range(0, Level.SERIES.size())
                .filter(i -> Level.SERIES.get(i).key().equals(key))
                .findFirst()
                .orElse(-1);
    }
}
