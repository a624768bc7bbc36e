package org.iommulab.app.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javafx.scene.canvas.Canvas;
import javafx.scene.image.WritableImage;
import javax.imageio.ImageIO;
import org.iommulab.app.draw.FxPen;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.OnFxThread;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;
import org.iommulab.capture.CapturedMoment;
import org.iommulab.capture.TopologyReader;
import org.iommulab.graph.Homes;
import org.iommulab.graph.Moment;
import org.junit.jupiter.api.Test;

/** Paints every sample in both themes and two sizes; {@code -Dlook.dir=...} keeps the pictures. */
class LookTest {
    private static final Map<String, Moment> SAMPLES = Map.of(
            "capture", capture(),
            "boot", SampleMoments.boot(),
            "joined", SampleMoments.joined(),
            "attached", SampleMoments.attached(),
            "parted", SampleMoments.parted(),
            "freed", SampleMoments.freed(),
            "shared", SampleMoments.shared());

    private static Moment capture() {
        try {
            var file = Path.of(
                    LookTest.class.getResource("/capture/intel-topology.json").toURI());
            return CapturedMoment.of(TopologyReader.read(file));
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everySamplePaintsSomethingInEveryThemeAndSize() throws Exception {
        for (Theme theme : Theme.values()) {
            for (int[] size : new int[][] {{736, 440}, {1100, 700}}) {
                for (var sample : SAMPLES.entrySet()) {
                    WritableImage image = paint(sample.getValue(), theme, size[0], size[1]);
                    long colours = java.util.stream.IntStream.range(0, size[0] * size[1])
                            .map(i -> image.getPixelReader().getArgb(i % size[0], i / size[0]))
                            .distinct()
                            .count();
                    assertThat(colours).isGreaterThan(20);
                    keep(image, sample.getKey() + "-" + theme + "-" + size[0]);
                }
            }
        }
    }

    private static WritableImage paint(Moment moment, Theme theme, int width, int height) throws Exception {
        return OnFxThread.call(() -> {
            var canvas = new Canvas(width, height);
            var pen = new FxPen(canvas.getGraphicsContext2D(), theme);
            pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.BACKGROUND));
            GraphScene scene = GraphScene.of(moment, Homes.NONE, width);
            double zoom = Math.min(
                    1.4,
                    Math.min(
                            width / scene.layout().width(),
                            height / scene.layout().height()));
            pen.translate((width - scene.layout().width() * zoom) / 2, 0);
            pen.scale(zoom);
            new GraphPainter(pen, Detail.at(zoom)).still(scene, Optional.empty(), Marks.NONE);
            return canvas.snapshot(null, null);
        });
    }

    private static void keep(WritableImage image, String name) throws IOException {
        String dir = System.getProperty("look.dir");
        if (dir == null) {
            return;
        }
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        var copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                copy.setRGB(x, y, image.getPixelReader().getArgb(x, y));
            }
        }
        Files.createDirectories(Path.of(dir));
        ImageIO.write(copy, "png", Path.of(dir, name + ".png").toFile());
    }
}
