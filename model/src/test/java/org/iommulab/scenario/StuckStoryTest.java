package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.iommulab.kernel.KernelSpec;
import org.junit.jupiter.api.Test;

/** A story whose action needs what one before it failed to make: an ending like others, not a bug of the lab. */
class StuckStoryTest {
    private static final Path STORY = Path.of("..", "scenarios", "qcom", "same-domain-again.json");

    @Test
    void itIsBrokenAndSaysWhy() {
        PlayedRun run = Player.play(ScenarioReader.open(STORY), KernelSpec.parse("6.7"));

        assertThat(run.outcome())
                .isInstanceOfSatisfying(
                        Outcome.Broken.class,
                        broken -> assertThat(broken.why()).contains("the story cannot go on: there is no mapping"));
        assertThat(run.chapters()).extracting(Chapter::result).contains("cannot go on");
        assertThat(run.kernel().remarks()).anyMatch(remark -> remark.contains("only exynos"));
    }

    @Test
    void whereItCanGoOnItDoes() {
        PlayedRun run = Player.play(ScenarioReader.open(STORY), KernelSpec.parse("6.2"));

        assertThat(run.chapters()).extracting(Chapter::result).doesNotContain("cannot go on");
    }
}
