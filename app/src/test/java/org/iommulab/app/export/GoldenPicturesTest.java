package org.iommulab.app.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.iommulab.app.compare.CompareScene;
import org.iommulab.app.compare.SideRuns;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.matrix.MatrixPicture;
import org.iommulab.app.matrix.SampleCells;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.explore.compare.Side;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
        "exynos/drm-bind,     6.2,         528, DARK,  bound",
        "exynos/drm-bind,     6.2+p1,      514, DARK,  p1-refused",
        "exynos/left-behind,  6.2+p1,      505, LIGHT, p1-left-behind",
        "exynos/left-behind,  6.2+p1..p5,  507, DARK,  p5-left-behind",
        "exynos/left-behind,  6.2+p1..p5,  507, LIGHT, p5-left-behind",
        "exynos/left-behind,  6.3,         504, DARK,  fixed",
        "exynos/left-behind,  6.3,         504, LIGHT, fixed",
        "exynos/deferred-probe, 6.2+p1..p5, 279, DARK, hang",
        "exynos/arm64-display, 6.2,        414, LIGHT, arm64",
        "vfio/hand-over-and-back, 6.2, 1500, DARK, container",
        "iommufd/two-stages, 6.12, 910, LIGHT, iommufd",
    })
    void aKeyStepLooksAsItDid(String story, String kernel, int step, Theme theme, String name) throws IOException {
        Run run =
                Player.play(ScenarioReader.open(Path.of("../scenarios/" + story + ".json")), KernelSpec.parse(kernel));
        looksAsItDid(name, theme, now -> Pictures.render(run, step, theme, WIDTH, HEIGHT, now));
    }

    @ParameterizedTest
    @CsvSource({
        "drm-bind,       6.2, 6.2+p1,     DARK,  compare-bind",
        "deferred-probe, 6.2, 6.2+p1..p5, LIGHT, compare-hang",
    })
    void runsSideBySideLookAsTheyDid(String story, String kernel, String against, Theme theme, String name)
            throws IOException {
        ScenarioFile file = ScenarioReader.open(Path.of("../scenarios/exynos/" + story + ".json"));
        List<Side> sides = SideRuns.play(
                List.of(file, file), List.of(KernelSpec.parse(kernel), KernelSpec.parse(against)), Player::play);
        CompareScene scene = CompareScene.opened(Comparison.of(sides));
        looksAsItDid(name, theme, now -> Pictures.render(scene, theme, WIDTH, HEIGHT, now));
    }

    private void looksAsItDid(String name, Theme theme, Drawing drawing) throws IOException {
        String file = name + "-" + theme.name().toLowerCase(java.util.Locale.ROOT) + ".png";
        Path now = temporary.resolve(file);
        drawing.drawTo(now);
        Path golden = GOLDEN.resolve(file);
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.copy(now, golden, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(differentPixels(ImageIO.read(golden.toFile()), ImageIO.read(now.toFile())))
                .as("pixels that differ from %s", golden)
                .isLessThan((int) (WIDTH * HEIGHT * DIFFERENT));
    }

    /** What was made up for it: every glyph, and as many rows as there are. */
    @ParameterizedTest
    @EnumSource(Theme.class)
    void theMatrixLooksAsItDid(Theme theme) throws IOException {
        var tally = new SweepTally(1, 1, 1624, 700, 2380, 900_000_000);
        MatrixPicture picture = MatrixPicture.of(SampleCells.everything(), SampleCells.LEVEL, tally);
        looksAsItDid("matrix", theme, now -> Pictures.render(picture, theme, WIDTH, HEIGHT, now));
    }

    @FunctionalInterface
    private interface Drawing {
        void drawTo(Path file) throws IOException;
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
