package org.iommulab.explore.breaks;

import java.util.Comparator;
import java.util.List;
import org.iommulab.explore.why.Chain;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.Level;

/** Cells as a table: a row each, in a fixed order; the command line and the window write the same. */
public final class CellTable {
    public static final List<String> HEADING = List.of(
            "driver",
            "architecture",
            "callback",
            "kernel",
            "scenario",
            "what",
            "outcome",
            "errno",
            "rule or harm",
            "step",
            "why");

    private CellTable() {}

    /** By driver, callback, kernel and story. */
    public static List<Cell> sorted(List<Cell> cells, List<Level> levels) {
        return cells.stream()
                .sorted(Comparator.comparing(Cell::driver)
                        .thenComparing(cell -> cell.subject().architecture())
                        .thenComparing(Cell::callback)
                        .thenComparing(cell -> levels.indexOf(cell.level()))
                        .thenComparing(Cell::storyName)
                        .thenComparing(cell -> cell.tampering().nth()))
                .toList();
    }

    public static List<String> row(Cell cell) {
        return List.of(
                cell.driver(),
                Spelling.constant(cell.subject().architecture()),
                cell.callback().kernelName(),
                cell.level().spec(),
                cell.storyName(),
                cell.tampering().words(),
                cell.effect().word(),
                cell.error().orElse(""),
                cell.rule()
                        .map(BrokenRule::key)
                        .or(() -> cell.harm().map(Chain.Link::words))
                        .orElse(""),
                cell.divergence().map(place -> Integer.toString(place.broken())).orElse(""),
                cell.why());
    }
}
