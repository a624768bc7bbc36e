package org.iommulab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelPathTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.2           | 6.2+p1..p5 | p1 p2 p3 p4 p5
        6.2+p2        | 6.2+p2,p4  | p4
        6.2+p1..p3    | 6.2+p1     | without p3, without p2
        6.2+p1        | 6.2+p2     | p2, without p1
        6.2           | 6.3        | p1 p2 p3 p4 p5 exynos-fix exynos-fix2 6.3
        6.1           | 6.2        | 6.2
        6.3           | 6.12       | 6.4 6.7 6.12
        6.3           | 6.2+p1..p5 | without 6.3, without exynos-fix2, without exynos-fix
        6.4           | 6.4        |
        """)
    void goesOneChangeAtATime(String from, String to, String changes) {
        List<KernelPath.Stop> stops = KernelPath.between(KernelSpec.parse(from), KernelSpec.parse(to));
        String found = stops.stream().skip(1).map(KernelPath.Stop::change).collect(Collectors.joining(" "));
        assertThat(found).isEqualTo(changes == null ? "" : changes.replace(",", ""));
        assertThat(stops.getFirst().kernel()).isEqualTo(KernelSpec.parse(from));
        assertThat(stops.getLast().kernel()).isEqualTo(KernelSpec.parse(to));
    }

    @Test
    void optionsCommandLineAndCallbacksComeLast() {
        KernelBuild from = KernelSpec.parse("6.2");
        KernelBuild to = KernelSpec.parse("6.2+p1")
                .withConfig(Map.of("SMP", false))
                .withCommandLine("iommu.strict=0")
                .without(List.of(new Removal("exynos", Callback.ATTACH_DEV)));
        assertThat(KernelPath.between(from, to).stream().map(KernelPath.Stop::change))
                .containsExactly("", "p1", "CONFIG_SMP=n", "\"iommu.strict=0\"", "without exynos.attach_dev");
        assertThat(KernelPath.between(from, to).getLast().kernel()).isEqualTo(to);
    }
}
