package org.iommulab.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.kernel.KernelBuild;

/**
 * Expectations by kernel. A key is a level of the series ({@code BASE}, {@code P1}), a range of levels
 * ({@code P2..P4}), a kernel as {@code --kernel} spells it, or {@code *}. The more exact key counts: a level or kernel
 * before a range, a range before {@code *}. Of the expectations under one key the first whose condition holds counts.
 *
 * @param <T> what is expected
 */
public record ByKernel<T extends Conditional>(Map<String, List<T>> entries) {
    public ByKernel {
        var copy = new LinkedHashMap<String, List<T>>();
        entries.forEach((key, list) -> copy.put(key, List.copyOf(list)));
        entries = Collections.unmodifiableMap(copy);
    }

    public static <T extends Conditional> ByKernel<T> none() {
        return new ByKernel<>(Map.of());
    }

    /** What counts in a lane of the story. */
    ByKernel<T> in(String lane) {
        var there = new LinkedHashMap<String, List<T>>();
        entries.forEach((key, list) -> there.put(
                key,
                list.stream()
                        .filter(one ->
                                one.lane().filter(other -> !other.equals(lane)).isEmpty())
                        .toList()));
        return new ByKernel<>(there);
    }

    /**
     * What is expected of this kernel; empty when the scenario does not say.
     *
     * @param config every option that the kernel was built with: the board's, changed by the scenario and the kernel
     */
    public Optional<T> expected(KernelBuild kernel, Map<String, Boolean> config) {
        return KernelKey.mostExact(entries.keySet(), kernel)
                .flatMap(key -> Optional.ofNullable(entries.get(key)))
                .flatMap(list -> list.stream()
                        .filter(expectation -> expectation.holdsFor(config))
                        .findFirst());
    }
}
