package org.iommulab.explore.breaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that is spared would have been the same as the one that stands for it. */
class SharingTest {
    private static final Path STORIES = Path.of("..", "scenarios");

    @ParameterizedTest
    @CsvSource({
        "exynos/drm-bind.json",
        "exynos/deferred-probe.json exynos/left-behind.json",
        "pci/away-and-back.json pci/not-viable.json",
        "sun50i/hand-back.json sun50i/removed.json sun50i/count-runs-out.json",
        "omap/hand-back.json",
        "ipmmu/removed.json",
        "virtio-iommu/lazy.json",
        "mtkv1/silent-attach.json"
    })
    void everyRunGivesTheSameCells(String stories) {
        List<ScenarioFile> files = files(stories);
        List<Cell> shared = cells(files, true);
        assertThat(shared).isNotEmpty();
        assertThat(shared.stream().map(SharingTest::told).toList())
                .isEqualTo(cells(files, false).stream().map(SharingTest::told).toList());
    }

    @ParameterizedTest
    @CsvSource("omap/hand-back.json")
    void sharingSparesRuns(String story) {
        List<ScenarioFile> files = files(story);
        assertThat(sweep(files, true).run(_ -> {}).runs())
                .isLessThan(sweep(files, false).run(_ -> {}).runs() / 2);
    }

    // Whether nothing looks for a callback, or the run does without it, is known only to who shares.
    private static String told(Cell cell) {
        String effect = cell.effect() == Effect.NEVER_CALLED
                ? Effect.NO_EFFECT.word()
                : cell.effect().word();
        String why = cell.effect().isBroken() ? cell.why() : "";
        return String.join(
                " | ",
                cell.level().key(),
                cell.storyName(),
                cell.tampering().callback().kernelName(),
                cell.function(),
                effect,
                cell.effect().isBroken() ? cell.divergence().toString() + cell.rule() + cell.harm() + cell.chain() : "",
                why);
    }

    private static List<ScenarioFile> files(String stories) {
        return Stream.of(stories.split(" "))
                .map(story -> ScenarioReader.open(STORIES.resolve(story)))
                .toList();
    }

    private static List<Cell> cells(List<ScenarioFile> files, boolean sharing) {
        var cells = new ArrayList<Cell>();
        sweep(files, sharing).run(cells::addAll);
        cells.sort(Comparator.comparing(Cell::storyName)
                .thenComparing(cell -> Level.KNOWN.indexOf(cell.level()))
                .thenComparing(Cell::callback));
        return cells;
    }

    private static Sweep sweep(List<ScenarioFile> files, boolean sharing) {
        return new Sweep(new SweepRequest(Set.of(), Set.of(), Level.KNOWN, files, false, sharing, 1));
    }
}
