package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelSpec;
import org.junit.jupiter.api.Test;

/** A story whose action needs what one before it failed to make: an ending like others, not a bug of the lab. */
class StuckStoryTest {
    private static final Path STORY = Path.of("..", "scenarios", "qcom", "same-domain-again.json");

    @Test
    void itIsBrokenAndSaysWhy() {
        // the core's own try of a default domain is the first call, the display controller's mapping the second
        var failing = new Failure("qcom", Callback.DOMAIN_ALLOC, 2, Errno.ENOMEM);
        PlayedRun run =
                Player.play(ScenarioReader.open(STORY), KernelSpec.parse("6.2").failing(List.of(failing)));

        assertThat(run.outcome())
                .isInstanceOfSatisfying(
                        Outcome.Broken.class,
                        broken -> assertThat(broken.why()).contains("the story cannot go on: there is no mapping"));
        assertThat(run.chapters()).extracting(Chapter::result).contains("cannot go on");
    }

    @Test
    void whereItCanGoOnItDoes() {
        PlayedRun run = Player.play(ScenarioReader.open(STORY), KernelSpec.parse("6.2"));

        assertThat(run.chapters()).extracting(Chapter::result).doesNotContain("cannot go on");
    }
}
