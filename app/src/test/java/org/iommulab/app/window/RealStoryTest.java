package org.iommulab.app.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import org.iommulab.app.playback.Lit;
import org.iommulab.app.playback.Places;
import org.iommulab.app.playback.Story;
import org.iommulab.capture.machine.OfMachine;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The window with the lab's own views on the stories that come with it. */
class RealStoryTest {
    private final ScenarioRuns runs = new ScenarioRuns();
    private WindowRig rig;

    @BeforeEach
    void open() {
        rig = new WindowRig(runs, Views.standard(), 980, 800);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Run run() {
        return rig.playback.nowProperty().get().orElseThrow().run();
    }

    @Test
    void opensOnTheDisplayDriver() {
        assertThat(runs.stories().getFirst().key()).endsWith("drm-bind.json");
        assertThat(run().chapters()).isNotEmpty();
        assertThat(rig.window.scene().getRoot().lookupAll(".chapter"))
                .hasSize(run().chapters().size());
    }

    @Test
    void draggingThePlayheadMovesTheMachine() {
        WindowRig.on(() -> {
            rig.playback.go(Places.beginning(run()));
            return true;
        });
        int before = Places.beginning(run());
        rig.await(() -> rig.step() == before);
        double width = rig.node("#timeline").getLayoutBounds().getWidth();
        // The overview at the top shows the whole run; its last tenth is its last tenth. It is there when it was
        // counted.
        rig.await(() -> !((org.iommulab.app.timeline.TimelineView) rig.node("#timeline"))
                .textTwin()
                .getFirst()
                .equals("No recording yet."));
        rig.drag("#timeline", width * 0.5, 9, width * 0.95, 9);
        rig.await(() -> rig.step() > run().recording().length() * 4 / 5);
        assertThat(rig.playback.nowProperty().get().orElseThrow().moment().step())
                .isEqualTo(rig.step());
    }

    @Test
    void steppingOverTheWholeStoryBreaksNothingInTheWindow() {
        rig.press(KeyCode.END);
        rig.await(() -> rig.step() == run().recording().length());
        rig.press(KeyCode.SHIFT, KeyCode.LEFT);
        rig.await(() -> rig.step() < run().recording().length());
        assertThat(((Label) rig.node("#sentence")).getText()).isNotBlank();
        rig.press(KeyCode.T);
        rig.await(() -> rig.window.scene().lookup("#text-twin") != null);
    }

    @Test
    void aFileThatIsNoStoryIsSaid(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("no.json"), "{\"title\": 3}");
        WindowRig.on(() -> {
            rig.playback.open(ScenarioRuns.story(file), Places.BEGINNING);
            return true;
        });
        rig.await(() -> rig.playback.problemProperty().get().isPresent());
        assertThat(((Label) rig.node("#status-rules")).getText()).contains("no.json:1:");
    }

    @Test
    void aCapturedMachineIsLookedAt() throws Exception {
        Path file =
                Path.of(getClass().getResource("/capture/intel-topology.json").toURI());
        Story story = ScenarioRuns.story(file);
        assertThat(story.captured()).isTrue();
        WindowRig.on(() -> {
            rig.playback.open(story, Places.BEGINNING);
            return true;
        });
        rig.await(() -> run().boardLine().startsWith("a captured machine"));
        WindowRig.on(() -> {
            rig.playback.kernel(KernelSpec.parse("6.3"));
            return true;
        });
        assertThat(rig.playback.levelsProperty().get()).isEmpty();
        assertThat(rig.playback.nowProperty().get().orElseThrow().moment().groups())
                .isNotEmpty();
    }

    @Test
    void aCapturedMachineIsAskedAndADeviceHandedOver() throws Exception {
        Path file =
                Path.of(getClass().getResource("/capture/intel-topology.json").toURI());
        WindowRig.on(() -> {
            rig.playback.open(ScenarioRuns.story(file), Places.BEGINNING);
            return true;
        });
        rig.await(() -> run() instanceof OfMachine);
        assertThat(rig.node("#tool-play-play").isDisabled()).isTrue();
        assertThat(((Label) rig.node("#status-rules")).getText()).isEqualTo("No rule is watched");
        int groups = moment().groups().size();
        int device = WindowRig.on(() -> {
            int id = idOf("0000:05:00.1");
            rig.playback.selectedProperty().set(id);
            return id;
        });
        rig.await(() -> rig.node("#hand-over").isVisible());

        WindowRig.on(() -> {
            rig.playback.secondProperty().set(idOf("0000:05:00.0"));
            return true;
        });
        rig.await(() -> rig.playback.litProperty().get().stream().anyMatch(lit -> !lit.open()));

        WindowRig.on(() -> {
            rig.window.actions().get("acs-multifunction").perform();
            return true;
        });
        rig.await(() -> moment().groups().size() == groups + 1);
        rig.await(() -> rig.playback.litProperty().get().stream().anyMatch(Lit::open));
        assertThat(rig.playback.selectedProperty().get()).isEqualTo(device);

        WindowRig.on(() -> {
            rig.window.actions().get("acs-multifunction").perform();
            return true;
        });
        rig.await(() -> moment().groups().size() == groups);
        WindowRig.on(() -> {
            rig.window.actions().get("hand-over").perform();
            return true;
        });
        rig.await(() -> run().chapters().size() > 20);
        assertThat(run().chapters()).anyMatch(chapter -> chapter.title().equals("Open group 12"));
        assertThat(rig.playback.selectedProperty().get()).isEqualTo(idOf("0000:05:00.1"));

        WindowRig.on(() -> {
            rig.window.actions().get("machine").perform();
            return true;
        });
        rig.await(() -> run() instanceof OfMachine);
    }

    private Moment moment() {
        return rig.playback.nowProperty().get().orElseThrow().moment();
    }

    private int idOf(String name) {
        return moment().groups().stream()
                .flatMap(group -> group.devices().stream())
                .filter(device -> device.name().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }
}
