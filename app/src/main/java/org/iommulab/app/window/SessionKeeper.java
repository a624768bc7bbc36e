package org.iommulab.app.window;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javafx.animation.PauseTransition;
import javafx.scene.Scene;
import javafx.util.Duration;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Story;

/** Saves the session a moment after something in it changed, and when the window closes. */
final class SessionKeeper {
    private final Path file;
    private final LivePlayback playback;
    private final Look look;
    private final Scene scene;
    private final PauseTransition calm = new PauseTransition(Duration.seconds(1));
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("session").factory());
    private Optional<Session> saved = Optional.empty();

    SessionKeeper(Path file, LivePlayback playback, Look look, Scene scene) {
        this.file = file;
        this.playback = playback;
        this.look = look;
        this.scene = scene;
        calm.setOnFinished(_ -> writer.execute(task(now())));
        playback.nowProperty().subscribe(_ -> calm.playFromStart());
        playback.kernelProperty().subscribe(_ -> calm.playFromStart());
        playback.speedProperty().subscribe(_ -> calm.playFromStart());
        look.themeProperty().subscribe(_ -> calm.playFromStart());
        look.projectorProperty().subscribe(_ -> calm.playFromStart());
        scene.widthProperty().subscribe(_ -> calm.playFromStart());
        scene.heightProperty().subscribe(_ -> calm.playFromStart());
    }

    private Session now() {
        return new Session(
                playback.storyProperty().get().map(Story::key).orElse(""),
                playback.kernelProperty().get().spec(),
                playback.nowProperty().get().map(now -> now.step()).orElse(0),
                look.themeProperty().get(),
                look.projectorProperty().get(),
                scene.getWidth(),
                scene.getHeight(),
                playback.speedProperty().get());
    }

    private Runnable task(Session session) {
        return () -> {
            if (saved.filter(session::equals).isEmpty()) {
                try {
                    session.write(file);
                    saved = Optional.of(session);
                } catch (UncheckedIOException e) {
                    // No room or no right to write: the next time starts fresh, which is no harm.
                }
            }
        };
    }

    /** Saves at once and waits for it. */
    void close() {
        calm.stop();
        writer.execute(task(now()));
        writer.close();
    }
}
