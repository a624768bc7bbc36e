package org.iommulab.app.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javafx.event.Event;
import javafx.scene.Scene;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.PickResult;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.StackPane;
import org.iommulab.app.draw.OnFxThread;
import org.iommulab.app.playback.Now;
import org.iommulab.graph.Box;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GraphViewTest {
    private static final Run RUN =
            Player.play(ScenarioReader.open(Path.of("../scenarios/exynos/drm-bind.json")), KernelSpec.parse("6.2"));

    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    private FixedPlayback playback;
    private GraphView view;

    @BeforeEach
    void show() throws Exception {
        OnFxThread.call(() -> {
            playback = new FixedPlayback();
            view = new GraphView(playback, clock::get);
            new Scene(new StackPane(view), 900, 560);
            view.getParent().layout();
            return null;
        });
        step(SampleMoments.attached());
    }

    private void step(org.iommulab.graph.Moment moment) throws Exception {
        OnFxThread.call(() -> {
            playback.now.set(Optional.of(new Now(RUN, moment, Optional.empty())));
            return null;
        });
    }

    private List<Integer> pixels() throws Exception {
        return OnFxThread.call(() -> {
            view.frame();
            WritableImage image = view.snapshot(null, null);
            int width = (int) image.getWidth();
            int height = (int) image.getHeight();
            int[] argb = new int[width * height];
            image.getPixelReader().getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), argb, 0, width);
            var list = new ArrayList<Integer>(argb.length);
            for (int pixel : argb) {
                list.add(pixel);
            }
            return list;
        });
    }

    @Test
    void aStepIsOnItsWayHalfwayAndArrivedAtTheEnd() throws Exception {
        List<Integer> before = pixels();
        clock.addAndGet(1_000_000_000L);
        step(SampleMoments.parted());
        clock.addAndGet(Transition.NORMAL / 2);
        List<Integer> halfway = pixels();
        clock.addAndGet(Transition.NORMAL);
        List<Integer> after = pixels();
        assertThat(halfway).isNotEqualTo(before).isNotEqualTo(after);
        clock.addAndGet(Transition.NORMAL);
        assertThat(pixels()).isEqualTo(after);
    }

    @Test
    void whoStepsFastSeesTheEndStateAtOnce() throws Exception {
        clock.addAndGet(1_000_000_000L);
        step(SampleMoments.parted());
        clock.addAndGet(50_000_000L);
        step(SampleMoments.freed());
        List<Integer> atOnce = pixels();
        clock.addAndGet(Transition.NORMAL * 2);
        assertThat(pixels()).isEqualTo(atOnce);
    }

    @Test
    void aClickChoosesWhatIsUnderIt() throws Exception {
        Box box = OnFxThread.call(() -> view.placeOf(SampleMoments.FIMD).orElseThrow());
        OnFxThread.call(() -> {
            Event.fireEvent(view, mouse(MouseEvent.MOUSE_PRESSED, box));
            Event.fireEvent(view, mouse(MouseEvent.MOUSE_CLICKED, box));
            return null;
        });
        assertThat(playback.selectedProperty().get()).isEqualTo(SampleMoments.FIMD);
    }

    @Test
    void theWheelZoomsAtThePointer() throws Exception {
        Box before = OnFxThread.call(() -> view.placeOf(SampleMoments.FIMD).orElseThrow());
        OnFxThread.call(() -> {
            double x = before.x();
            double y = before.y();
            Event.fireEvent(
                    view,
                    new ScrollEvent(
                            ScrollEvent.SCROLL,
                            x,
                            y,
                            x,
                            y,
                            false,
                            false,
                            false,
                            false,
                            false,
                            false,
                            0,
                            120,
                            0,
                            120,
                            ScrollEvent.HorizontalTextScrollUnits.NONE,
                            0,
                            ScrollEvent.VerticalTextScrollUnits.NONE,
                            0,
                            0,
                            new PickResult(view, x, y)));
            return null;
        });
        Box after = OnFxThread.call(() -> view.placeOf(SampleMoments.FIMD).orElseThrow());
        assertThat(after.width()).isGreaterThan(before.width());
        assertThat(after.x()).isCloseTo(before.x(), org.assertj.core.api.Assertions.within(0.5));
    }

    @Test
    void arrowsReachEverythingAndSayWhatItIs() throws Exception {
        List<String> said = OnFxThread.call(() -> {
            var texts = new ArrayList<String>();
            for (KeyCode code :
                    new KeyCode[] {KeyCode.DOWN, KeyCode.DOWN, KeyCode.DOWN, KeyCode.RIGHT, KeyCode.RIGHT, KeyCode.ENTER
                    }) {
                Event.fireEvent(view, new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, false, false, false));
                texts.add(view.getAccessibleText());
            }
            return texts;
        });
        assertThat(said.getFirst()).startsWith("group 0");
        assertThat(said.get(1)).startsWith("11c00000.fimd");
        assertThat(said.get(3)).startsWith("unit ");
        assertThat(said.get(4)).startsWith("domain ");
        assertThat(playback.selectedProperty().get()).isBetween(31, 34);
    }

    private static MouseEvent mouse(javafx.event.EventType<MouseEvent> type, Box box) {
        double x = box.middleX();
        double y = box.middleY();
        return new MouseEvent(
                type,
                x,
                y,
                x,
                y,
                MouseButton.PRIMARY,
                1,
                false,
                false,
                false,
                false,
                true,
                false,
                false,
                true,
                false,
                true,
                null);
    }
}
