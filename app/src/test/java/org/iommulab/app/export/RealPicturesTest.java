package org.iommulab.app.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.app.draw.Theme;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stories that come with the lab, as pictures; {@code -Dlook.dir=...} keeps them. */
class RealPicturesTest {
    @TempDir
    Path temporary;

    private static Run run(String story, String kernel) throws Exception {
        return Player.play(
                ScenarioReader.open(Path.of("../scenarios/exynos/" + story + ".json")), KernelSpec.parse(kernel));
    }

    private Path dir(String name) {
        String kept = System.getProperty("look.dir");
        return (kept == null ? temporary : Path.of(kept)).resolve(name);
    }

    @Test
    void theStoryboardOfABrokenBindHasAPictureOfEachKeyStep() throws Exception {
        Run run = run("drm-bind", "6.2+p1..p5");
        Path dir = dir("drm-bind-p5");
        List<Path> files = Storyboard.write(run, dir, Theme.DARK);
        assertThat(files).hasSize(Storyboard.keySteps(run).size() + 1).allSatisfy(f -> assertThat(f).isNotEmptyFile());
        assertThat(Files.readString(files.getLast())).contains(run.title());
    }

    @Test
    void theStoryboardOfAHang() throws Exception {
        Storyboard.write(run("deferred-probe", "6.2+p1..p5"), dir("deferred-p5"), Theme.LIGHT);
        Storyboard.write(run("drm-bind", "6.2"), dir("drm-bind-base"), Theme.DARK);
    }
}
