package org.iommulab.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.iommulab.board.Board;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a board has is in the picture. */
class EveryUnitIsSeenTest {
    static List<Path> aStoryOfEachRoom() {
        var first = new TreeMap<Path, Path>();
        new ScenarioLibrary(Path.of("..", "scenarios"))
                .scenarios()
                .forEach(story -> first.merge(story.getParent(), story, (x, y) -> x.compareTo(y) < 0 ? x : y));
        return List.copyOf(first.values());
    }

    @ParameterizedTest
    @MethodSource("aStoryOfEachRoom")
    void unitsAreThereAtTheEnd(Path story) {
        PlayedRun run = Player.play(ScenarioReader.open(story), KernelSpec.parse("6.2"));
        Moment end = run.momentAt(run.recording().length());
        assertThat(end.units().stream().map(Moment.UnitView::name))
                .containsAll(run.file().board().units().stream()
                        .map(Board.Unit::name)
                        .toList());
    }
}
