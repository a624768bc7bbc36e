package org.iommulab.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a device waits for an IOMMU whose driver is a module, and in which words the kernel gives up. */
class DeferredProbesTest {
    private static final Stories STORIES = Stories.of("arm-smmu");
    private static final String CARD = "8000000.ethernet";
    private static final String TOO_LATE = "net-a " + CARD + ": deferred probe timeout, ignoring dependency";

    private static PlayedRun boot(KernelBuild kernel, int wait) {
        return STORIES.playActions("mmu500-module", kernel, """
            {"do": "boot", "expect": {"*": {"result": "0"}}},
            {"do": "wait", "ms": %d},
            {"do": "read-file", "device": "%s", "file": "driver"}
            """.formatted(wait, CARD));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 9999, -ENOENT",
        "'', 10000, 0",
        "deferred_probe_timeout=3, 2999, -ENOENT",
        "deferred_probe_timeout=3, 3000, 0",
        "deferred_probe_timeout=0, 0, 0",
        "deferred_probe_timeout=-1, 60000, -ENOENT",
        "deferred_probe_timeout=soon, 9999, -ENOENT"
    })
    void theCommandLineSaysForHowManySeconds(String words, int wait, String result) {
        PlayedRun run = boot(KernelSpec.parse("6.2").withCommandLine(words), wait);
        assertThat(run.chapters().get(2).result()).isEqualTo(result);
        assertThat(Stories.log(run).contains(TOO_LATE)).isEqualTo(result.equals("0"));
    }

    @Test
    void withoutModulesNobodyWaits() {
        PlayedRun run = boot(KernelSpec.parse("6.12").withConfig(Map.of("MODULES", false)), 0);
        assertThat(run.chapters().get(2).result()).isEqualTo("0");
        assertThat(Stories.log(run))
                .contains("net-a " + CARD + ": ignoring dependency for device, assuming no driver")
                .doesNotContain(TOO_LATE);
    }

    @ParameterizedTest
    @CsvSource({
        "6.2, deferred probe pending",
        "6.7, deferred probe pending",
        "6.12, deferred probe pending: (reason unknown)"
    })
    void whoWaitsForAnythingElseIsNamed(String kernel, String line) {
        PlayedRun run = Stories.of("exynos")
                .playActions(
                        "odroid-u3",
                        KernelSpec.parse(kernel),
                        "{\"do\": \"boot\", \"without\": [\"hdmi-supply\"]}, {\"do\": \"wait\", \"ms\": 10000}");
        List<String> log = Stories.log(run);
        assertThat(log.getLast()).isEqualTo("platform 12c10000.mixer: " + line);
    }
}
