package org.iommulab.app.window;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.robot.Robot;
import javafx.stage.Stage;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.WindowFrames;
import org.iommulab.kernel.KernelSpec;

/** A real window on the headless platform with a robot's hands. Every call waits until it is done. */
final class WindowRig implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    LivePlayback playback;
    LabWindow window;
    Stage stage;
    Look look;
    /** The one hand: each new robot of the headless platform would begin at the corner. */
    private Robot robot;

    WindowRig(RunSource source, Views views, double width, double height) {
        Displays.start().ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        Platform.setImplicitExit(false);
        on(() -> {
            robot = new Robot();
            look = new Look();
            playback = new LivePlayback(source, new WindowFrames(), KernelSpec.parse("6.2+p1..p5"), views.reasons());
            window = new LabWindow(playback, source, views, look, width, height);
            stage = new Stage();
            stage.setX(0);
            stage.setY(0);
            stage.setScene(window.scene());
            stage.show();
            playback.open(source.stories().getFirst(), 0);
            return true;
        });
        await(() -> playback.nowProperty().get().isPresent());
    }

    /** Runs on the window's thread. */
    static <T> T on(Callable<T> what) {
        var result = new CompletableFuture<T>();
        Platform.runLater(() -> {
            try {
                result.complete(what.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Looks once a frame until it is so. */
    void await(BooleanSupplier so) {
        var done = new CompletableFuture<Boolean>();
        var frames = new WindowFrames();
        look(frames, so, done);
        try {
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("it did not come to that", e);
        }
    }

    private static void look(WindowFrames frames, BooleanSupplier so, CompletableFuture<Boolean> done) {
        frames.onNext(_ -> {
            if (so.getAsBoolean()) {
                done.complete(true);
            } else if (!done.isDone()) {
                look(frames, so, done);
            }
        });
    }

    int step() {
        return playback.nowProperty().get().orElseThrow().step();
    }

    Node node(String selector) {
        Node node = window.scene().lookup(selector);
        if (node == null) {
            throw new AssertionError("nothing is " + selector);
        }
        return node;
    }

    void click(String selector) {
        on(() -> {
            Bounds box = node(selector).localToScreen(node(selector).getBoundsInLocal());
            robot.mouseMove(box.getCenterX(), box.getCenterY());
            return true;
        });
        on(() -> {
            robot.mouseClick(MouseButton.PRIMARY);
            return true;
        });
    }

    /** Presses at one point of a node, drags to another, releases; points in its own coordinates. */
    void drag(String selector, double fromX, double fromY, double toX, double toY) {
        on(() -> {
            var from = node(selector).localToScreen(fromX, fromY);
            robot.mouseMove(from.getX(), from.getY());
            robot.mousePress(MouseButton.PRIMARY);
            return true;
        });
        on(() -> {
            var to = node(selector).localToScreen(toX, toY);
            robot.mouseMove(to.getX(), to.getY());
            return true;
        });
        on(() -> {
            robot.mouseRelease(MouseButton.PRIMARY);
            return true;
        });
    }

    void press(KeyCode... keys) {
        on(() -> {
            for (KeyCode key : keys) {
                robot.keyPress(key);
            }
            for (int i = keys.length - 1; i >= 0; i--) {
                robot.keyRelease(keys[i]);
            }
            return true;
        });
    }

    @Override
    public void close() {
        on(() -> {
            stage.close();
            playback.close();
            return true;
        });
    }
}
