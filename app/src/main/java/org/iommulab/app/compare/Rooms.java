package org.iommulab.app.compare;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.explore.compare.Difference;
import org.iommulab.graph.Box;

/**
 * What stands where: a title, a card for each run, the common timeline, the differences at the end.
 *
 * @param graphs room for the small graph in each card
 * @param events room for the events in each card, as high as whole rows
 * @param top the row that stands first in it
 */
record Rooms(
        Box title, List<Box> cards, List<Box> graphs, List<Box> events, Box timeline, Box end, int top, int visible) {
    static final double EVENT = 19;
    static final double FACT = 20;
    static final double GAP = 20;
    private static final double MARGIN = 24;
    private static final double TITLE = 52;
    private static final double CARD_HEAD = 40;
    private static final double PADDING = 16;
    /** The cursor stands so far down among the rows that are seen. */
    private static final double CURSOR = 0.4;

    static Rooms of(CompareScene scene, double width, double height) {
        int columns = scene.columns();
        double end = 34 + FACT * facts(scene.comparison().differences(), height) + 12;
        double timeline = 46 + 10 * columns;
        double top = TITLE;
        double bottom = height - end - timeline;
        double share = (width - 2 * MARGIN - (columns - 1) * GAP) / columns;
        var cards = new ArrayList<Box>();
        var graphs = new ArrayList<Box>();
        var events = new ArrayList<Box>();
        double graph = SmallGraph.height(rowsOfGraph(scene, bottom - top));
        double firstEvent = top + CARD_HEAD + graph + 10;
        int visible = (int) Math.max(1, (bottom - firstEvent - 8) / EVENT);
        for (int i = 0; i < columns; i++) {
            double x = MARGIN + i * (share + GAP);
            cards.add(new Box(x, top, share, bottom - top));
            graphs.add(new Box(x + PADDING, top + CARD_HEAD, share - 2 * PADDING, graph));
            events.add(new Box(x, firstEvent, share, visible * EVENT));
        }
        int rows = scene.comparison().alignment().rows();
        int first = (int) Math.clamp(scene.row() - Math.round(visible * CURSOR), 0, Math.max(0, rows - visible));
        return new Rooms(
                new Box(MARGIN, 0, width - 2 * MARGIN, TITLE),
                cards,
                graphs,
                events,
                new Box(MARGIN, bottom, width - 2 * MARGIN, timeline),
                new Box(MARGIN, height - end, width - 2 * MARGIN, end),
                first,
                visible);
    }

    /** At most a quarter of the height. */
    private static int facts(List<Difference> differences, double height) {
        return Math.max(1, Math.min(differences.size(), (int) ((height * 0.26 - 46) / FACT)));
    }

    /** At most a third of the card. */
    private static int rowsOfGraph(CompareScene scene, double height) {
        int most = scene.moments().stream()
                .mapToInt(moment -> moment.groups().size())
                .max()
                .orElse(0);
        int room = (int) Math.max(1, (height * 0.36 - SmallGraph.height(0)) / SmallGraph.ROW);
        return Math.clamp(most, 1, room);
    }

    /** The row at a place among the events, or -1. */
    int rowAt(double x, double y) {
        return events.stream()
                .filter(box -> box.contains(x, y))
                .mapToInt(box -> top + (int) ((y - box.y()) / EVENT))
                .findFirst()
                .orElse(-1);
    }
}
