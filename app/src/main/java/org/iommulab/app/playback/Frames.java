package org.iommulab.app.playback;

import java.util.function.LongConsumer;

/** The window's pulse: nothing is shown more often than this. */
public interface Frames {
    /**
     * Calls back once, on the window's thread, at the start of the next frame, with a time in nanoseconds. May be asked
     * from any thread.
     */
    void onNext(LongConsumer frame);
}
