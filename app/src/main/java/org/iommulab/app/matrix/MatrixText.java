package org.iommulab.app.matrix;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.kernel.Callback;

/** The matrix as lines: for each driver its callbacks with what comes of taking them away. */
final class MatrixText {
    private MatrixText() {}

    static List<String> of(MatrixScene scene) {
        var lines = new ArrayList<String>();
        lines.add("What breaks on " + scene.level().spec() + (scene.status().isEmpty() ? "" : ": " + scene.status()));
        scene.place()
                .ifPresent(place -> lines.addAll(CardText.of(place, scene.grid()).lines().stream()
                        .map(line -> "> " + line)
                        .toList()));
        Arrangement shown = scene.arrangement();
        for (Subject row : shown.rows()) {
            lines.add(scene.grid().name(row));
            for (Callback column : shown.columns()) {
                Mark mark = scene.grid().mark(row, column);
                if (shown.filter().lights(mark)) {
                    String why = scene.grid()
                            .at(row, column)
                            .map(place -> place.worst().why())
                            .filter(text -> !text.isEmpty())
                            .map(text -> ": " + text)
                            .orElse("");
                    lines.add("  " + column.kernelName() + " " + mark.word() + why);
                }
            }
        }
        return lines;
    }
}
