package org.iommulab.app.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.iommulab.app.draw.Theme;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The key steps of the first story against pictures that somebody has looked at. Meant to differ? Run with
 * {@code -Dgolden.write=true}, look at what changed in {@code src/test/resources/golden}, commit it.
 */
class GoldenPicturesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 625;
    /** Fonts and renderer are ours, so pictures are the same everywhere; this leaves room for rounding only. */
    private static final double DIFFERENT = 0.001;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "drm-bind,     6.2,         528, DARK,  bound",
        "drm-bind,     6.2+p1,      514, DARK,  p1-refused",
        "left-behind,  6.2+p1,      505, LIGHT, p1-left-behind",
        "left-behind,  6.2+p1..p5,  507, DARK,  p5-left-behind",
        "left-behind,  6.2+p1..p5,  507, LIGHT, p5-left-behind",
        "left-behind,  6.3,         504, DARK,  fixed",
        "left-behind,  6.3,         504, LIGHT, fixed",
        "deferred-probe, 6.2+p1..p5, 279, DARK, hang",
        "arm64-display, 6.2,        414, LIGHT, arm64",
    })
    void aKeyStepLooksAsItDid(String story, String kernel, int step, Theme theme, String name) throws IOException {
        Run run = Player.play(
                ScenarioReader.open(Path.of("../scenarios/exynos/" + story + ".json")), KernelSpec.parse(kernel));
        String file = name + "-" + theme.name().toLowerCase(java.util.Locale.ROOT) + ".png";
        Path now = temporary.resolve(file);
        Pictures.render(run, step, theme, WIDTH, HEIGHT, now);
        Path golden = GOLDEN.resolve(file);
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.copy(now, golden, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(differentPixels(ImageIO.read(golden.toFile()), ImageIO.read(now.toFile())))
                .as("pixels that differ from %s", golden)
                .isLessThan((int) (WIDTH * HEIGHT * DIFFERENT));
    }

    private static int differentPixels(BufferedImage golden, BufferedImage now) {
        assertThat(now.getWidth()).isEqualTo(golden.getWidth());
        assertThat(now.getHeight()).isEqualTo(golden.getHeight());
        int different = 0;
        for (int y = 0; y < golden.getHeight(); y++) {
            for (int x = 0; x < golden.getWidth(); x++) {
                different += golden.getRGB(x, y) == now.getRGB(x, y) ? 0 : 1;
            }
        }
        return different;
    }
}
