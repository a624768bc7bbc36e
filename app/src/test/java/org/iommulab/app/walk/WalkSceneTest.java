package org.iommulab.app.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.iommulab.app.playback.Now;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.EventKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalkSceneTest {
    /** Registers, or the host's list: nothing is read from memory, and yet what was looked up is shown. */
    @ParameterizedTest
    @CsvSource({"virtio-iommu/boot-and-dma.json, 6.12", "tegragart/aperture.json, 6.2"})
    void whatAUnitLooksUpInsideIsShown(String story, String kernel) {
        Run run = Player.play(ScenarioReader.open(Path.of("../scenarios", story)), KernelSpec.parse(kernel));
        int answers = 0;
        for (int step = 1; step <= run.recording().length(); step++) {
            EventKind kind = run.recording().kind(step);
            if (kind != EventKind.TRANSLATED && kind != EventKind.FAULT) {
                continue;
            }
            WalkScene scene = WalkScene.of(new Now(run, run.momentAt(step), Optional.empty()))
                    .orElseThrow();
            if (scene.trace().levels().isEmpty()) {
                continue; // outside the aperture: nothing is looked up
            }
            assertThat(scene.walked()).as("step %d", step).isTrue();
            assertThat(scene.reads()).isEqualTo(scene.trace().levels().size());
            answers++;
        }
        assertThat(answers).isPositive();
    }
}
