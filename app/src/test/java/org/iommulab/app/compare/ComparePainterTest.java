package org.iommulab.app.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.sample.RecordingPen;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.explore.compare.Difference;
import org.iommulab.explore.compare.Side;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparePainterTest {
    private static final String[] THREE = {"6.2", "6.2+p1", "6.2+p1..p5"};

    private static CompareScene scene(String story, String... kernels) {
        return CompareScene.opened(Comparison.of(CompareScenes.sides(story, kernels)));
    }

    private static RecordingPen painted(CompareScene scene, double width, double height) {
        var pen = new RecordingPen(Theme.LIGHT);
        ComparePainter.paint(pen, width, height, scene, 380);
        return pen;
    }

    @ParameterizedTest
    @CsvSource({
        "exynos/drm-bind, 1366, 768",
        "exynos/deferred-probe, 1366, 768",
        "exynos/drm-bind, 1600, 1000",
        "exynos/drm-bind, 980, 700",
        "intel/boot-and-dma, 1366, 768",
    })
    void nothingLiesOnAnythingElse(String story, double width, double height) {
        CompareScene scene = scene(story, THREE);
        int rows = scene.comparison().alignment().rows();
        for (CompareScene each : new CompareScene[] {scene, scene.moved(rows / 3), scene.moved(rows - 1)}) {
            RecordingPen pen = painted(each, width, height);
            assertThat(pen.overlaps()).isEmpty();
            assertThat(pen.texts()).allMatch(text -> text.right() <= width && text.bottom() <= height);
        }
    }

    @Test
    void theOutcomesTheDivergenceAndTheEndAreSaid() {
        CompareScene scene = scene("exynos/drm-bind", "6.2", "6.2+p1");
        assertThat(painted(scene, 1366, 768).texts().stream().map(RecordingPen.Mark::text))
                .contains("clean", "Linux 6.2")
                .anyMatch(text -> text.startsWith("State at the end"))
                .anyMatch(text -> text.startsWith("broken (2 warnings"))
                .anyMatch(text -> text.matches("first divergence: step \\d+"))
                .anyMatch(text -> text.startsWith("callback detach_dev: exynos_iommu_detach_device"));
    }

    @Test
    void aSuspicionIsSaidAndDoesNotHaveTheColourOfDanger() {
        ScenarioFile story = ScenarioReader.open(Path.of("../scenarios/dma/strict-lazy-identity.json"));
        List<Side> lanes = SideRuns.lanes(story, KernelSpec.parse("6.2"), Player::play);
        Difference rule = Comparison.of(lanes).differences().stream()
                .filter(difference -> difference.about().equals("The rule no-open-flush-window"))
                .findFirst()
                .orElseThrow();
        assertThat(rule.values())
                .containsExactly("holds throughout", "was suspicious, and holds again", "holds throughout");
        assertThat(rule.values().stream().map(value -> EndPainter.tone(rule, value, false)))
                .containsExactly(Tone.TEXT, Tone.UNMANAGED, Tone.TEXT);
        assertThat(EndPainter.tone(rule, "is suspicious: a page", false)).isEqualTo(Tone.UNMANAGED);
        assertThat(EndPainter.tone(rule, "is broken: a page", false)).isEqualTo(Tone.DANGER);
    }

    @Test
    void aRunThatEndsEarlierSaysSo() {
        CompareScene scene = scene("exynos/deferred-probe", "6.2", "6.2+p1..p5");
        CompareScene late = scene.moved(scene.comparison().alignment().rows() - 1);
        assertThat(CompareText.lines(late)).anyMatch(line -> line.startsWith("Linux 6.2+p1..p5: ends hang"));
        int end = scene.comparison()
                .alignment()
                .row(1, scene.comparison().sides().getLast().run().recording().length());
        assertThat(painted(scene.moved(end), 1366, 768).texts())
                .extracting(RecordingPen.Mark::text)
                .contains("the run is over");
    }

    @Test
    void aClickFindsTheRowThatIsPaintedThere() {
        CompareScene scene = scene("exynos/drm-bind", "6.2", "6.2+p1");
        Rooms rooms = Rooms.of(scene, 1366, 768);
        double y = rooms.events().getFirst().y() + (scene.row() - rooms.top()) * Rooms.EVENT + 3;
        assertThat(rooms.rowAt(rooms.events().getLast().x() + 40, y)).isEqualTo(scene.row());
        assertThat(rooms.rowAt(rooms.title().x(), 10)).isEqualTo(-1);
        double end = rooms.timeline().right() - 1;
        assertThat(StripPainter.rowAt(
                        rooms.timeline(), scene, end, rooms.timeline().middleY()))
                .isEqualTo(scene.comparison().alignment().rows() - 1);
    }
}
