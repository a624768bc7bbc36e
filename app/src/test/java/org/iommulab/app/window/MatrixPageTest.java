package org.iommulab.app.window;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.scene.input.KeyCode;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.FakeRuns;
import org.iommulab.app.playback.Story;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MatrixPageTest {
    private WindowRig rig;

    @BeforeEach
    void open() {
        rig = new WindowRig(new FakeRuns(), Fixture.views(), 980, 800);
        rig.press(KeyCode.CONTROL, KeyCode.B);
        rig.await(() -> rig.window.scene().lookup("#matrix") != null);
        rig.await(() -> text().contains("hang"));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private String text() {
        return String.join("\n", ((TextTwin) rig.node("#matrix")).textTwin());
    }

    @Test
    void arrowsAreTheMatrixsOwn() {
        rig.press(KeyCode.RIGHT);
        rig.await(() -> text().contains("> exynos without capable"));
        assertThat(rig.step()).isZero();
        rig.press(KeyCode.RIGHT);
        rig.await(() -> !text().contains("> exynos without capable"));
    }

    @Test
    void enterOpensTheRecordingBesideTheUnbrokenOneWhereItFirstDiffers() {
        rig.press(KeyCode.RIGHT);
        rig.await(() -> text().contains("> exynos without capable"));
        rig.press(KeyCode.ENTER);
        rig.await(() -> rig.window.scene().lookup("#compare") != null);
        rig.await(() -> rig.step() == OneCell.STEP);
        rig.press(KeyCode.ESCAPE);
        rig.await(() -> rig.window.scene().lookup("#compare") == null);
        assertThat(rig.window.scene().lookup("#matrix")).isNotNull();
        assertThat(rig.playback.storyProperty().get().map(Story::key))
                .hasValueSatisfying(key -> assertThat(key).endsWith("drm-bind.json"));
        assertThat(rig.playback.kernelProperty().get().removed())
                .containsExactly(new Removal("exynos", Callback.CAPABLE));
        assertThat(rig.playback.trailProperty().get())
                .hasValueSatisfying(trail -> assertThat(trail.links()).hasSize(2));
    }

    @Test
    void aDigitChoosesALevelOfTheMatrixAndNotOfTheStory() {
        rig.press(KeyCode.DIGIT0);
        rig.await(() -> text().startsWith("What breaks on 6.2:"));
        assertThat(rig.playback.kernelProperty().get()).isEqualTo(KernelSpec.parse("6.2+p1..p5"));
    }

    @Test
    void escapeGoesBackToTheStory() {
        rig.press(KeyCode.ESCAPE);
        rig.await(() -> rig.window.scene().lookup("#matrix") == null);
        rig.press(KeyCode.RIGHT);
        rig.await(() -> rig.step() == 1);
    }

    @Test
    void whatIsTypedFilters() {
        rig.press(KeyCode.SLASH);
        for (KeyCode key : new KeyCode[] {KeyCode.M, KeyCode.A, KeyCode.P}) {
            rig.press(key);
        }
        rig.await(() -> !text().contains("hang"));
        assertThat(text()).contains("map_pages");
    }
}
