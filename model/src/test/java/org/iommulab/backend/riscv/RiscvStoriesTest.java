package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.testkit.TravelCheck;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** This room's stories on the one kernel that has its driver, which is no level of the series and no release. */
class RiscvStoriesTest {
    static List<Path> stories() {
        return new ScenarioLibrary(RiscvRuns.STORIES.getParent())
                .scenarios().stream()
                        .filter(story -> story.getParent().endsWith("riscv"))
                        .toList();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void expectationsHoldAndEveryStepCanBeTravelled(Path story) {
        PlayedRun run = Player.play(ScenarioReader.open(story), KernelSpec.parse(RiscvRuns.WITH_DRIVER));
        assertThat(run.judgements()).isNotEmpty().allMatch(Judgement::met);
        TravelCheck.everyStep(run);
    }
}
