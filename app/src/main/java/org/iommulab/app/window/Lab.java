package org.iommulab.app.window;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javafx.animation.PauseTransition;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.util.Duration;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Places;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.Story;
import org.iommulab.app.playback.WindowFrames;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;

/** Opens the window. */
public final class Lab {
    private Lab() {}

    /**
     * Opens the window and returns when it was closed.
     *
     * @param args nothing, or the file to open: a scenario or a captured machine's topology
     * @return why there is no window, in one line; empty when there was one
     */
    public static Optional<String> open(List<String> args) {
        // Reading the stories and starting the toolkit take about as long; neither waits for the other.
        CompletableFuture<RunSource> source = CompletableFuture.supplyAsync(ScenarioRuns::new);
        Optional<String> without = Displays.start();
        return without.isPresent() ? without : open(args, source.join(), Views.standard());
    }

    static Optional<String> open(List<String> args, RunSource source, Views views) {
        Optional<String> without = Displays.start();
        if (without.isPresent()) {
            return without;
        }
        var closed = new CountDownLatch(1);
        Platform.runLater(() -> show(args, source, views, closed));
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** Whether the toolkit draws without any display. */
    public static boolean isHeadless() {
        return "Headless".equals(System.getProperty("glass.platform"));
    }

    /** A window that is measured. */
    public record Trial(Scene scene, LivePlayback playback) {}

    /** The window on its first story as a fresh user sees it; nothing is remembered. On the window's thread. */
    public static Trial trial(double width, double height) {
        var source = new ScenarioRuns();
        var playback = new LivePlayback(source, new WindowFrames(), kernel(Session.FRESH));
        openFirst(List.of(), source, playback, Session.FRESH);
        var window = new LabWindow(playback, source, Views.standard(), new Look(), width, height);
        var stage = new Stage();
        stage.setX(0);
        stage.setY(0);
        stage.setScene(window.scene());
        stage.show();
        return new Trial(window.scene(), playback);
    }

    private static void show(List<String> args, RunSource source, Views views, CountDownLatch closed) {
        Path file = Session.usualFile();
        Session session = Session.read(file);
        var look = new Look();
        look.themeProperty().set(session.theme());
        look.projectorProperty().set(session.projector());
        var playback = new LivePlayback(source, new WindowFrames(), kernel(session), views.reasons());
        playback.speedProperty().set(session.speed());
        openFirst(args, source, playback, session);

        var bounds = Screen.getPrimary().getVisualBounds();
        var window = new LabWindow(
                playback,
                source,
                views,
                look,
                Math.min(session.width(), bounds.getWidth()),
                Math.min(session.height(), bounds.getHeight()));
        var keeper = new SessionKeeper(file, playback, look, window.scene());
        var stage = new Stage();
        stage.setTitle("IOMMU Lab");
        stage.setScene(window.scene());
        stage.setMinWidth(900);
        stage.setMinHeight(560);
        stage.setOnHidden(_ -> {
            keeper.close();
            window.close();
            playback.close();
            closed.countDown();
        });
        stage.show();
        if (isTraining()) {
            playback.play();
            closeSoon(stage);
        }
    }

    /** Whether the build trains the start-up cache, with a window that nobody sees: also without a display. */
    public static boolean isTraining() {
        return Boolean.getBoolean("iommulab.train");
    }

    private static void closeSoon(Stage stage) {
        var end = new PauseTransition(Duration.seconds(4));
        end.setOnFinished(_ -> stage.close());
        end.play();
    }

    private static KernelBuild kernel(Session session) {
        try {
            return KernelSpec.parse(session.kernel());
        } catch (IllegalArgumentException e) {
            return KernelSpec.parse(Session.FRESH.kernel());
        }
    }

    private static void openFirst(List<String> args, RunSource source, LivePlayback playback, Session session) {
        if (!args.isEmpty()) {
            playback.begin(ScenarioRuns.story(Path.of(args.getFirst())));
            return;
        }
        Optional<Story> last = source.stories().stream()
                .filter(story -> story.key().equals(session.story()))
                .findFirst()
                .or(() -> ScenarioRuns.again(session.story()));
        if (last.isPresent()) {
            playback.open(last.get(), session.step());
        } else {
            source.stories().stream().findFirst().ifPresent(story -> playback.open(story, Places.BEGINNING));
        }
    }
}
