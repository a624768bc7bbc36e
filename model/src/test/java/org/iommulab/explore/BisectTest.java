package org.iommulab.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BisectTest {
    private static Bisect.Report bisect(String story, String good, String bad, Judge judge) {
        ScenarioFile file = ScenarioReader.open(Path.of("../scenarios/" + story + ".json"));
        return Bisect.run(
                file.on(KernelSpec.parse(good)),
                file.on(KernelSpec.parse(bad)),
                kernel -> Player.play(file, kernel),
                judge);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        exynos/drm-bind       | 6.2    | 6.2+p1..p5 | expectation                   | p1
        exynos/drm-bind       | 6.2    | 6.2+p1..p5 | references-balance            | p1
        exynos/drm-bind       | 6.2    | 6.2+p1..p5 | nothing-freed-is-used         | none
        exynos/deferred-probe | 6.2+p1..p5 | 6.3    | expectation                   | exynos-fix
        """)
    void aRuleOrTheGoodEndsExpectationsJudge(String story, String good, String bad, String judge, String first) {
        assertThat(bisect(story, good, bad, Judge.named(judge)).firstBad().orElse("none"))
                .isEqualTo(first);
    }

    @Test
    void aJudgeThatNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> Judge.named("expectatoin"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'expectation'");
        assertThatThrownBy(() -> bisect("exynos/drm-bind", "6.2", "6.2+p1", Judge.named("expectation:outcom")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'outcome'");
    }
}
