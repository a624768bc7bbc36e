package org.iommulab.app.matrix;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Effect;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.kernel.Callback;

/**
 * A driver's callback on one kernel with what each story found there.
 *
 * @param cells one for each story and tampering, the worst first; never empty
 */
record Place(Subject subject, Callback callback, List<Cell> cells) {
    /** The worst first; of equals the one that is told, then the one that parts earliest. */
    private static final Comparator<Cell> WORST = Comparator.comparing(Cell::effect, Comparator.reverseOrder())
            .thenComparing(cell -> cell.chain().isEmpty())
            .thenComparing(cell -> !cell.tampering().isRemoval())
            .thenComparing(
                    cell -> cell.divergence().map(place -> place.broken()).orElse(Integer.MAX_VALUE))
            .thenComparing(Cell::storyName)
            .thenComparing(cell -> cell.tampering().nth());

    Place {
        cells = cells.stream().sorted(WORST).toList();
    }

    Cell worst() {
        return cells.getFirst();
    }

    Mark mark() {
        return Mark.of(worst().effect());
    }

    /** How many cells have each effect, the worst first. */
    Map<Effect, Integer> tally() {
        var tally = new TreeMap<Effect, Integer>(Comparator.reverseOrder());
        cells.forEach(cell -> tally.merge(cell.effect(), 1, Integer::sum));
        return tally;
    }
}
