package org.iommulab.app.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.window.Lab;

/** The window at its usual size, playing its first story: steadily, then fast, then jumping about. */
final class Replay {
    /** How many frames after the first state it takes until that state has surely been drawn. */
    private static final int FRAMES_TO_DRAW = 2;

    private static final double WIDTH = 1600;
    /** The headless platform's screen ends at a thousand lines and cannot take a window that reaches its last one. */
    private static final double HEIGHT = Lab.isHeadless() ? 999 : 1000;

    private final long nanos;
    private final Instant processStart;
    private final CompletableFuture<Figures> figures = new CompletableFuture<>();
    private final List<Double> frames = new ArrayList<>();
    private double firstPicture;

    /**
     * @param seconds how long the story plays
     * @param processStart when the process was started, by whoever started it: the system's own note of it is only good
     *     to a second on Linux
     */
    Replay(int seconds, Instant processStart) {
        this.nanos = seconds * 1_000_000_000L;
        this.processStart = processStart;
    }

    /**
     * What was measured, in milliseconds.
     *
     * @param firstPicture from the start of the process
     * @param frames from each pulse to the next
     */
    record Figures(double firstPicture, List<Double> frames) {
        Figures {
            frames = List.copyOf(frames);
        }
    }

    Figures play() {
        Platform.runLater(() -> {
            Lab.Trial trial = Lab.trial(WIDTH, HEIGHT);
            var pulses = new int[1];
            trial.scene().addPostLayoutPulseListener(() -> {
                if (trial.playback().nowProperty().get().isPresent() && pulses[0]++ == FRAMES_TO_DRAW) {
                    firstPicture = sinceStart();
                    new Script(trial.playback()).start();
                } else if (pulses[0] <= FRAMES_TO_DRAW) {
                    Platform.requestNextPulse();
                }
            });
        });
        return figures.join();
    }

    private double sinceStart() {
        return Duration.between(processStart, Instant.now()).toNanos() / 1e6;
    }

    private final class Script extends AnimationTimer {
        private final LivePlayback playback;
        private long began;
        private long before;

        Script(LivePlayback playback) {
            this.playback = playback;
        }

        @Override
        public void handle(long now) {
            if (began == 0) {
                began = now;
            } else {
                frames.add((now - before) / 1e6);
            }
            before = now;
            double part = (now - began) / (double) nanos;
            if (part >= 1) {
                stop();
                figures.complete(new Figures(firstPicture, frames));
            } else if (part < 0.85) {
                playback.speedProperty().set(part < 0.5 ? 8 : 60);
                playback.play();
            } else {
                playback.pause();
                int length = playback.nowProperty().get().orElseThrow().length();
                // A hand that drags the playhead to and fro.
                playback.go((int) (length * (0.5 + 0.5 * Math.sin(now / 5e8))));
            }
        }
    }
}
