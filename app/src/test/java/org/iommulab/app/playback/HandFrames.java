package org.iommulab.app.playback;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Frames that a test turns by hand, so that no toolkit is needed. */
public final class HandFrames implements Frames {
    private static final long FRAME = 16_666_667;
    private static final long PATIENCE = 20_000_000_000L;

    private final Deque<LongConsumer> waiting = new ArrayDeque<>();
    private long time = 1;

    @Override
    public synchronized void onNext(LongConsumer frame) {
        waiting.add(frame);
        notifyAll();
    }

    private synchronized Deque<LongConsumer> take() {
        var taken = new ArrayDeque<>(waiting);
        waiting.clear();
        return taken;
    }

    /** One frame; says whether anybody had asked for it. */
    public boolean frame() {
        time += FRAME;
        Deque<LongConsumer> asked = take();
        asked.forEach(frame -> frame.accept(time));
        return !asked.isEmpty();
    }

    /** Turns frames until it is so. */
    public void until(BooleanSupplier so) {
        long end = System.nanoTime() + PATIENCE;
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come to that within 20 s");
            }
            synchronized (this) {
                if (waiting.isEmpty()) {
                    try {
                        wait(5);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }
            frame();
        }
    }
}
