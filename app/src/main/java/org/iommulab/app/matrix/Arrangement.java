package org.iommulab.app.matrix;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.kernel.Callback;

/**
 * Which rows and columns are shown, and in which order.
 *
 * @param filter by which cells that do not fit are faded
 */
record Arrangement(List<Subject> rows, List<Callback> columns, Filter filter) {
    Arrangement {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
    }

    static Arrangement of(Grid grid, Filter filter, Sorting sorting) {
        List<Subject> rows = grid.subjects().stream()
                .filter(row -> filter.subjects().isEmpty() || filter.subjects().contains(row))
                .toList();
        List<Callback> columns = Arrays.stream(Callback.values())
                .filter(column ->
                        filter.callbacks().isEmpty() || filter.callbacks().contains(column))
                .toList();
        if (!filter.marks().isEmpty()) {
            List<Subject> allRows = rows;
            List<Callback> allColumns = columns;
            rows = allRows.stream()
                    .filter(row -> allColumns.stream().anyMatch(column -> filter.lights(grid.mark(row, column))))
                    .toList();
            columns = allColumns.stream()
                    .filter(column -> allRows.stream().anyMatch(row -> filter.lights(grid.mark(row, column))))
                    .toList();
        }
        return switch (sorting) {
            case BY_NAME -> new Arrangement(rows, columns, filter);
            case WORST_FIRST -> {
                List<Subject> keptRows = rows;
                List<Callback> keptColumns = columns;
                yield new Arrangement(
                        sorted(rows, row -> keptColumns.stream().map(column -> grid.mark(row, column))),
                        sorted(columns, column -> keptRows.stream().map(row -> grid.mark(row, column))),
                        filter);
            }
        };
    }

    private interface Marks<T> {
        Stream<Mark> of(T line);
    }

    /** Lines of equal weight stay as they were. */
    private static <T> List<T> sorted(List<T> lines, Marks<T> marks) {
        Comparator<T> weight = Comparator.comparingInt(line ->
                marks.of(line).filter(Mark::isLoud).mapToInt(Mark::ordinal).sum());
        return lines.stream().sorted(weight.reversed()).toList();
    }
}
