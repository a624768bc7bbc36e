package org.iommulab.app.compare;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.explore.compare.Alignment;
import org.iommulab.explore.compare.Side;
import org.iommulab.words.EventText;

/** A comparison as lines: what the picture shows, for screen readers and exports. */
public final class CompareText {
    private static final int ROUND = 8;

    private CompareText() {}

    public static List<String> lines(CompareScene scene) {
        var lines = new ArrayList<String>();
        Alignment alignment = scene.comparison().alignment();
        List<Side> sides = scene.comparison().sides();
        lines.add("Row " + (scene.row() + 1) + " of " + alignment.rows());
        for (int column = 0; column < sides.size(); column++) {
            Side side = sides.get(column);
            lines.add(side.title() + ": ends " + side.run().outcome().text());
            var text = new EventText(side.run().recording());
            for (int row = Math.max(0, scene.row() - ROUND);
                    row < Math.min(alignment.rows(), scene.row() + ROUND + 1);
                    row++) {
                String mark = row == scene.row() ? "> " : "  ";
                scene.event(column, row).ifPresent(event -> lines.add("  " + mark + text.line(event)));
            }
        }
        lines.add(
                scene.comparison().firstDivergence().isPresent()
                        ? "First divergence: step "
                                + scene.comparison().firstDivergence().getAsInt()
                        : "The same");
        lines.add("State at the end");
        scene.comparison().sentences().forEach(sentence -> lines.add("  " + sentence));
        return lines;
    }
}
