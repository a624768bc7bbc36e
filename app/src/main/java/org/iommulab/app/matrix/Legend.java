package org.iommulab.app.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.TextMetrics;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;

/** What each mark means, in one or more lines at the bottom; and how far the sweep is, at the right. */
record Legend(List<Entry> entries, double height) {
    private static final Face WORDS = Face.words(12);
    private static final double BOX_WIDTH = 26;
    private static final double BOX_HEIGHT = 18;
    private static final double GAP = 8;
    private static final double BETWEEN = 16;
    private static final double LINE = 26;
    private static final double STATUS = 205;

    /**
     * A mark in the legend.
     *
     * @param box of its sample, from the legend's top left
     * @param end where its word ends
     */
    record Entry(Mark mark, Box box, double end) {}

    static Legend of(double width) {
        var entries = new ArrayList<Entry>();
        double x = MatrixLayout.EDGE;
        double y = 0;
        for (Mark mark : Mark.values()) {
            if (mark == Mark.TO_COME) {
                continue;
            }
            double end = x + BOX_WIDTH + GAP + TextMetrics.width(mark.word(), WORDS);
            if (end > width - STATUS) {
                x = MatrixLayout.EDGE;
                y += LINE;
                end = x + BOX_WIDTH + GAP + TextMetrics.width(mark.word(), WORDS);
            }
            entries.add(new Entry(mark, new Box(x, y, BOX_WIDTH, BOX_HEIGHT), end));
            x = end + BETWEEN;
        }
        return new Legend(entries, y + LINE);
    }

    void paint(Pen pen, Filter filter) {
        var marks = new MarkPainter(pen);
        for (Entry entry : entries) {
            boolean lit = filter.lights(entry.mark());
            marks.paint(entry.mark(), entry.box(), !lit);
            pen.text(
                    entry.mark().word(),
                    entry.box().right() + GAP,
                    entry.box().y() + 13.5,
                    WORDS,
                    lit && !filter.marks().isEmpty() ? Tone.TEXT : Tone.MUTED);
        }
    }

    /** The mark at this place of the legend. */
    Optional<Mark> at(double x, double y) {
        return entries.stream()
                .filter(entry -> x >= entry.box().x() - 4
                        && x <= entry.end() + 4
                        && y >= entry.box().y() - 3
                        && y <= entry.box().bottom() + 3)
                .map(Entry::mark)
                .findFirst();
    }
}
