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
import org.junit.jupiter.params.provider.ValueSource;

/** This room's stories on the one kernel that has its driver, which is no level of the series and no release. */
class RiscvStoriesTest {
    static List<Path> stories() {
        return new ScenarioLibrary(RiscvRuns.STORIES.folder().getParent())
                .scenarios().stream()
                        .filter(story -> story.getParent().endsWith("riscv"))
                        .toList();
    }

    private static PlayedRun play(Path story) {
        return Player.play(ScenarioReader.open(story), KernelSpec.parse(RiscvRuns.WITH_DRIVER));
    }

    @ParameterizedTest
    @MethodSource("stories")
    void expectationsHold(Path story) {
        assertThat(play(story).judgements()).isNotEmpty().allMatch(Judgement::met);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fault", "small-directory"})
    void everyStepCanBeTravelled(String story) {
        TravelCheck.everyStep(play(RiscvRuns.STORIES.folder().resolve(story + ".json")));
    }
}
