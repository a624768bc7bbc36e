package org.iommulab.app.playback;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;

/** The frames of the toolkit. The timer runs only while somebody waits for a frame, so an idle window costs nothing. */
public final class WindowFrames implements Frames {
    private final Deque<LongConsumer> waiting = new ArrayDeque<>();
    private final AnimationTimer timer = new AnimationTimer() {
        @Override
        public void handle(long now) {
            pulse(now);
        }
    };

    @Override
    public void onNext(LongConsumer frame) {
        if (Platform.isFxApplicationThread()) {
            enqueue(frame);
        } else {
            Platform.runLater(() -> enqueue(frame));
        }
    }

    private void enqueue(LongConsumer frame) {
        if (waiting.isEmpty()) {
            timer.start();
        }
        waiting.add(frame);
    }

    private void pulse(long now) {
        // Who asks again from inside a frame gets the next one.
        for (int left = waiting.size(); left > 0; left--) {
            waiting.remove().accept(now);
        }
        if (waiting.isEmpty()) {
            timer.stop();
        }
    }
}
