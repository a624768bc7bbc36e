package org.iommulab.app.draw;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import javafx.application.Platform;

/** Starts the toolkit once and runs things on its thread. */
public final class OnFxThread {
    private static boolean started;

    private OnFxThread() {}

    public static <T> T call(Callable<T> task) throws Exception {
        synchronized (OnFxThread.class) {
            if (!started) {
                started = true;
                try {
                    Platform.startup(() -> Platform.setImplicitExit(false));
                } catch (IllegalStateException e) {
                    // another test of this JVM was first
                }
            }
        }
        var future = new FutureTask<>(task);
        Platform.runLater(future);
        return future.get();
    }
}
