package org.iommulab.app.window;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.scene.input.KeyCode;
import org.iommulab.app.playback.FakeRuns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WhyTest {
    private WindowRig rig;

    @BeforeEach
    void open() {
        rig = new WindowRig(new FakeRuns(), Fixture.views(), 980, 800);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void ask() {
        rig.press(KeyCode.W);
        rig.await(() -> rig.playback.trailProperty().get().isPresent());
    }

    @Test
    void theWayIsShownAndAClickGoesAlongIt() {
        assertThat(rig.node("#why").isVisible()).isFalse();
        ask();
        assertThat(rig.node("#why").isVisible()).isTrue();
        // the buttons have a place once they have been laid out
        rig.await(() -> rig.node("#why-2").getLayoutBounds().getWidth() > 50);
        rig.click("#why-2");
        rig.await(() -> rig.step() == 48);
    }

    @Test
    void keysGoFromLinkToLink() {
        ask();
        rig.press(KeyCode.J);
        rig.await(() -> rig.step() == 5);
        rig.press(KeyCode.J);
        rig.await(() -> rig.step() == 48);
        rig.press(KeyCode.SHIFT, KeyCode.J);
        rig.await(() -> rig.step() == 5);
        rig.press(KeyCode.SHIFT, KeyCode.W);
        rig.await(() -> !rig.node("#why").isVisible());
    }

    @Test
    void anotherKernelHasAnotherWay() {
        ask();
        rig.press(KeyCode.DIGIT0);
        rig.await(() -> rig.playback.trailProperty().get().isEmpty());
        assertThat(rig.node("#why").isVisible()).isFalse();
    }
}
