package org.iommulab.app.window;

import java.util.ArrayDeque;
import java.util.Deque;

/** Counts frames. It asks for none itself: at rest there is nothing to count. */
final class PulseMeter {
    private static final long SECOND = 1_000_000_000L;

    private final Deque<Long> frames = new ArrayDeque<>();

    void frame(long nanos) {
        frames.add(nanos);
        while (nanos - frames.peek() > SECOND) {
            frames.remove();
        }
    }

    /** Frames in the second before this time; 0 when none were drawn of late. */
    int perSecond(long nanos) {
        while (!frames.isEmpty() && nanos - frames.peek() > SECOND) {
            frames.remove();
        }
        return frames.size();
    }
}
