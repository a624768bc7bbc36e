package org.iommulab.app.window;

import java.awt.image.BufferedImage;
import java.io.File;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import javafx.application.Platform;
import javafx.scene.image.WritableImage;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.playback.FakeRuns;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.WindowFrames;
import org.iommulab.kernel.KernelSpec;

/** Takes pictures of the window in several sizes and both themes: {@code Shots FOLDER [STEP]}. */
public final class Shots {
    private Shots() {}

    public static void main(String[] args) throws Exception {
        Displays.start().ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        Platform.setImplicitExit(false);
        int step = args.length > 1 ? Integer.parseInt(args[1]) : 58;
        for (int[] size : new int[][] {{1366, 768}, {1600, 1000}, {2560, 1440}}) {
            if (!System.getProperty("sizes", "1366,1600,2560").contains(Integer.toString(size[0]))) {
                continue;
            }
            for (Theme theme : Theme.values()) {
                if (!System.getProperty("themes", "DARK,LIGHT").contains(theme.name())) {
                    continue;
                }
                shot(
                        new File(args[0], size[0] + "-" + theme.name().toLowerCase(Locale.ROOT) + ".png"),
                        size,
                        theme,
                        step);
            }
        }
        Platform.exit();
    }

    private static void shot(File file, int[] size, Theme theme, int step) throws Exception {
        var ready = new CountDownLatch(1);
        RunSource source = Boolean.getBoolean("fake") ? new FakeRuns() : new ScenarioRuns();
        var keep = new Object() {
            LivePlayback playback;
            Stage stage;
        };
        Platform.runLater(() -> {
            var look = new Look();
            look.themeProperty().set(theme);
            look.projectorProperty().set(Boolean.getBoolean("projector"));
            keep.playback = new LivePlayback(source, new WindowFrames(), KernelSpec.parse("6.2+p1..p5"));
            var window = new LabWindow(
                    keep.playback,
                    source,
                    (Boolean.getBoolean("empty") ? Fixture.views() : Views.standard()),
                    look,
                    size[0],
                    size[1]);
            keep.stage = new Stage();
            keep.stage.setX(0);
            keep.stage.setY(0);
            keep.stage.setScene(window.scene());
            keep.stage.show();
            keep.playback.open(
                    System.getProperty("file") == null
                            ? source.stories().getFirst()
                            : ScenarioRuns.story(java.nio.file.Path.of(System.getProperty("file"))),
                    step);
            ready.countDown();
        });
        ready.await();
        Thread.sleep(Integer.getInteger("wait", 1500));
        var done = new CountDownLatch(1);
        Platform.runLater(() -> {
            WritableImage image = keep.stage.getScene().snapshot(null);
            int width = (int) image.getWidth();
            int height = (int) image.getHeight();
            var out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    out.setRGB(x, y, image.getPixelReader().getArgb(x, y));
                }
            }
            try {
                ImageIO.write(out, "png", file);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            keep.stage.close();
            keep.playback.close();
            done.countDown();
        });
        done.await();
    }
}
