package org.iommulab.app.window;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javafx.application.Platform;

/** Starts the toolkit, or says why there is no window to be had. It tries; it does not guess from the environment. */
public final class Displays {
    private static final int PATIENCE_SECONDS = 20;
    private static boolean started;

    private Displays() {}

    /** Starts the toolkit if it does not run yet; empty when it runs, otherwise why it does not, in one line. */
    public static synchronized Optional<String> start() {
        if (started) {
            return Optional.empty();
        }
        var up = new CountDownLatch(1);
        var failure = new AtomicReference<Throwable>();
        // GTK says what it misses on a thread of the toolkit, and only there.
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, problem) -> {
            failure.compareAndSet(null, problem);
            up.countDown();
        });
        try {
            Platform.startup(up::countDown);
            if (!up.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return Optional.of("the toolkit did not start within " + PATIENCE_SECONDS + " s");
            }
        } catch (IllegalStateException e) {
            // Somebody else started it: that is as good.
            started = true;
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        if (failure.get() != null) {
            return Optional.of(reason(failure.get()));
        }
        started = true;
        return Optional.empty();
    }

    private static String reason(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Optional.ofNullable(root.getMessage()).orElse(root.toString());
    }
}
