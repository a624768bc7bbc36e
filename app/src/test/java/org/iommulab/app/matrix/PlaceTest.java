package org.iommulab.app.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.app.matrix.SampleCells.OMAP;
import static org.iommulab.app.matrix.SampleCells.cell;

import java.util.List;
import org.iommulab.explore.breaks.Effect;
import org.iommulab.kernel.Callback;
import org.junit.jupiter.api.Test;

class PlaceTest {
    private static CardText card(Effect... effects) {
        var cells = java.util.Arrays.stream(effects)
                .map(effect -> cell(OMAP, Callback.DETACH_DEV, effect))
                .toList();
        Grid grid = SampleCells.grid(cells);
        return CardText.of(grid.at(OMAP, Callback.DETACH_DEV).orElseThrow(), grid);
    }

    @Test
    void theWorstOfItsStoriesStandsForACell() {
        Grid grid = SampleCells.grid(List.of(
                cell(OMAP, Callback.MAP, Effect.NO_EFFECT),
                cell(OMAP, Callback.MAP, Effect.HANG),
                cell(OMAP, Callback.MAP, Effect.WARN)));
        assertThat(grid.mark(OMAP, Callback.MAP)).isEqualTo(Mark.HANG);
        assertThat(grid.mark(OMAP, Callback.UNMAP)).isEqualTo(Mark.TO_COME);
    }

    @Test
    void theCardTellsTheWayAndWhatTheOthersSay() {
        CardText card = card(Effect.NO_EFFECT, Effect.ERROR, Effect.NO_EFFECT);
        assertThat(card.title()).isEqualTo("omap without detach_dev");
        assertThat(card.subtitle()).isEqualTo("- · 6.2+p1..p5 · differs from step 131");
        assertThat(card.verdict()).isEqualTo("-EBUSY");
        assertThat(card.links()).extracting(CardText.Link::step).containsExactly(131, 140, 219);
        assertThat(card.foot()).isEqualTo("The worst of 3: 1 error, 2 no effect");
    }

    @Test
    void whatIsNotThereHasNoOutcome() {
        CardText card = card(Effect.NOT_THERE);
        assertThat(card.title()).isEqualTo("omap has no detach_dev");
        assertThat(card.lines()).noneMatch(line -> line.contains("step"));
    }

    @Test
    void whatNobodyAsksForIsSaidToBeSo() {
        assertThat(card(Effect.NEVER_CALLED, Effect.NEVER_CALLED).verdict())
                .isEqualTo("Nothing asks for it in any of its 2 stories.");
    }
}
