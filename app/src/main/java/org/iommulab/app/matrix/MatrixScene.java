package org.iommulab.app.matrix;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Tone;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;

/**
 * What the matrix shows in one picture.
 *
 * @param here the cell that the pointer or the keyboard is at, whose card is shown
 * @param progress how much of the sweep is done, 0 to 1; empty when nothing runs
 * @param failing whether calls fail one by one as well
 * @param status how many runs it took, or what is wrong
 */
record MatrixScene(
        Grid grid,
        Level level,
        Arrangement arrangement,
        Optional<Spot> here,
        Optional<Double> progress,
        boolean failing,
        String status) {
    /** The two callbacks that the series is about. */
    private static final List<Callback> OF_THE_SERIES = List.of(Callback.DETACH_DEV, Callback.SET_PLATFORM_DMA_OPS);

    /** While the sweep runs, no cell is called harmless: a story that is still to come may break it. */
    Mark mark(Spot spot) {
        Mark mark = grid.mark(
                arrangement.rows().get(spot.row()), arrangement.columns().get(spot.column()));
        boolean early = progress.isPresent() && (mark == Mark.NEVER_CALLED || mark == Mark.NO_EFFECT);
        return early ? Mark.TO_COME : mark;
    }

    /** The place whose card is shown. */
    Optional<Place> place() {
        return here.filter(this::isShown)
                .flatMap(spot -> grid.at(
                        arrangement.rows().get(spot.row()),
                        arrangement.columns().get(spot.column())));
    }

    /** Whether there is such a row and column. */
    boolean isShown(Spot spot) {
        return spot.row() < arrangement.rows().size()
                && spot.column() < arrangement.columns().size();
    }

    List<String> rowNames() {
        return arrangement.rows().stream().map(grid::name).toList();
    }

    List<String> columnNames() {
        return arrangement.columns().stream().map(Callback::kernelName).toList();
    }

    Tone columnTone(int column) {
        return isLookedAt(column) || isOfTheSeries(column) ? Tone.TEXT : Tone.MUTED;
    }

    boolean isLookedAt(int column) {
        return here.filter(spot -> spot.column() == column).isPresent();
    }

    boolean isOfTheSeries(int column) {
        return OF_THE_SERIES.contains(arrangement.columns().get(column));
    }
}
