package org.iommulab.app.export;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javafx.application.Platform;
import javafx.scene.Group;
import javafx.scene.Scene;
import javafx.scene.canvas.Canvas;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import org.iommulab.app.draw.FxPen;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;

/** Paints with JavaFX and no window; starts JavaFX's headless platform when nothing of JavaFX runs yet. */
final class Screenless {
    private static final long PATIENCE = 60;
    private static boolean asked;

    private Screenless() {}

    /** @throws NoPictures when JavaFX lacks something here */
    static Raster paint(Painting painting, Theme theme, int width, int height) {
        try {
            start();
            if (Platform.isFxApplicationThread()) {
                return snapshot(painting, theme, width, height);
            }
            var task = new FutureTask<>(() -> snapshot(painting, theme, width, height));
            Platform.runLater(task);
            return task.get(PATIENCE, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw translated(Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            throw NoPictures.because(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while painting", e);
        } catch (LinkageError e) {
            throw NoPictures.because(e);
        }
    }

    /** What lies in the native libraries is told as such; a defect of ours stays one. */
    private static RuntimeException translated(Throwable cause) {
        boolean ofJavaFx = cause instanceof LinkageError
                || cause.getStackTrace().length > 0
                        && cause.getStackTrace()[0].getClassName().startsWith("com.sun.");
        if (ofJavaFx) {
            return NoPictures.because(cause);
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    private static synchronized void start() {
        if (asked) {
            return;
        }
        asked = true;
        String glass = System.getProperty("glass.platform");
        String prism = System.getProperty("prism.order");
        if (glass == null) {
            System.setProperty("glass.platform", "Headless");
        }
        if (prism == null) {
            System.setProperty("prism.order", "sw");
        }
        try {
            Platform.startup(() -> Platform.setImplicitExit(false));
        } catch (IllegalStateException e) {
            // it runs already: the window is there
        } catch (RuntimeException e) {
            throw NoPictures.because(e);
        }
    }

    private static Raster snapshot(Painting painting, Theme theme, int width, int height) {
        var canvas = new Canvas(width, height);
        var pen = new FxPen(canvas.getGraphicsContext2D(), theme);
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.BACKGROUND));
        painting.paint(pen, width, height);
        new Scene(new Group(canvas));
        WritableImage image = canvas.snapshot(null, null);
        int[] pixels = new int[width * height];
        image.getPixelReader().getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), pixels, 0, width);
        return new Raster(width, height, pixels);
    }
}
