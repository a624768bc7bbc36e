package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a device whose firmware names an IOMMU that cannot be set up. */
class OfIommuTest {
    private static final String DEVICE = "13800000.decon";

    /** of_iommu_configure: up to v6.7 the fwspec stays after an error of of_xlate, with ops, so that it is not asked again. */
    @ParameterizedTest
    @CsvSource({"6.2, -ENOENT, 1", "6.7, -ENOENT, 1", "6.12, 0, 3"})
    void ofXlateIsAskedAgainOnlyInLaterReleases(String kernel, String group, int asked) {
        PlayedRun run = Stories.of("exynos")
                .playActions(
                        "tm2",
                        KernelSpec.parse(kernel)
                                .failing(List.of(new Failure("exynos", Callback.OF_XLATE, 1, Errno.EINVAL))),
                        """
                        {"do": "boot"},
                        {"do": "unbind", "device": "%1$s"},
                        {"do": "bind", "device": "%1$s"},
                        {"do": "read-file", "device": "%1$s", "file": "group-type"}
                        """.formatted(DEVICE));
        assertThat(run.chapters().getLast().result()).isEqualTo(group);
        assertThat(IntStream.range(0, 3)
                        .mapToObj(action -> Stories.calls(run, action))
                        .flatMap(List::stream)
                        .filter("exynos_iommu_of_xlate"::equals))
                .hasSize(asked);
    }
}
