package org.iommulab.app.compare;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.explore.compare.Alignment.RowKind;
import org.iommulab.explore.compare.Side;
import org.iommulab.graph.Box;
import org.iommulab.scenario.Outcome;
import org.iommulab.sim.Event;
import org.iommulab.words.EventText;

/** One run's card: its title and outcome, its small graph, its events. */
final class CardPainter {
    private static final Face EVENT = Face.mono(11);
    private static final double INDENT = 10;
    private static final double STEP = 46;

    private final Pen pen;
    private final CompareScene scene;
    private final Rooms rooms;
    private final int depth;

    CardPainter(Pen pen, CompareScene scene, Rooms rooms) {
        this.pen = pen;
        this.scene = scene;
        this.rooms = rooms;
        this.depth = shallowest();
    }

    /** How deep the least deep of the events stands that are seen: they are not all moved to the right. */
    private int shallowest() {
        int least = Integer.MAX_VALUE;
        for (int column = 0; column < scene.columns(); column++) {
            for (int row = rooms.top(); row < end(); row++) {
                least = Math.min(
                        least, scene.event(column, row).map(Event::depth).orElse(Integer.MAX_VALUE));
            }
        }
        return least == Integer.MAX_VALUE ? 0 : least;
    }

    private int end() {
        return Math.min(
                rooms.top() + rooms.visible(), scene.comparison().alignment().rows());
    }

    /** The cards' ground, beneath what goes across them. */
    void ground() {
        for (Box card : rooms.cards()) {
            pen.fillBox(card.x(), card.y(), card.width(), card.height(), 12, Ink.of(Tone.BACKGROUND));
            pen.strokeBox(card.x(), card.y(), card.width(), card.height(), 12, Line.solid(Tone.HAIRLINE, 1.4));
        }
    }

    void card(int column) {
        Box card = rooms.cards().get(column);
        Side side = scene.comparison().sides().get(column);
        head(card, side);
        SmallGraph.paint(pen, rooms.graphs().get(column), scene, column);
        Box events = rooms.events().get(column);
        pen.save();
        pen.clip(events.x() + 1, events.y(), events.width() - 2, events.height());
        var text = new EventText(side.run().recording());
        for (int row = rooms.top(); row < end(); row++) {
            event(column, row, events, text);
        }
        pen.restore();
    }

    private void head(Box card, Side side) {
        Outcome outcome = side.run().outcome();
        boolean clean = outcome instanceof Outcome.Ok;
        Face face = Face.words(12.5).medium();
        String word = clean ? "clean" : outcome.text();
        double room = card.width() - 32;
        Face title = Face.words(14).strong();
        double titled = Math.min(pen.width(side.title(), title), room * 0.6);
        pen.text(pen.fit(side.title(), title, titled + 1), card.x() + 16, card.y() + 26, title, Tone.TEXT);
        pen.text(
                pen.fit(word, face, room - titled - 12),
                card.right() - 16,
                card.y() + 26,
                face,
                Ink.of(clean ? Tone.IDENTITY : Tone.DANGER),
                Pen.Align.END);
    }

    private void event(int column, int row, Box room, EventText text) {
        Optional<Event> found = scene.event(column, row);
        double baseline = room.y() + (row - rooms.top()) * Rooms.EVENT + 13.5;
        if (found.isEmpty()) {
            over(column, row, room.x() + 16 + STEP, baseline);
            return;
        }
        Event event = found.get();
        RowKind kind = scene.comparison().alignment().kind(row);
        Tone tone = EventTone.of(
                scene.comparison().sides().get(column).run().recording().kind(event.step()), kind);
        double x = room.x() + 16 + STEP + Math.min(16, event.depth() - depth) * INDENT;
        pen.text(
                Integer.toString(event.step()),
                room.x() + 16 + STEP - 12,
                baseline,
                EVENT,
                Ink.of(Tone.MUTED).faded(0.8),
                Pen.Align.END);
        Face face = kind == RowKind.SAME ? EVENT : EVENT.medium();
        pen.text(pen.fit(text.text(event), face, room.right() - 12 - x), x, baseline, face, tone);
    }

    /** Said once, in the first row that a run does not reach. */
    private void over(int column, int row, double x, double baseline) {
        int reached = scene.comparison().alignment().reached(column, row);
        boolean first = row == 0 || scene.comparison().alignment().step(column, row - 1) != 0;
        if (first
                && reached
                        == scene.comparison()
                                .sides()
                                .get(column)
                                .run()
                                .recording()
                                .length()) {
            pen.text("the run is over", x, baseline, Face.words(11), Tone.MUTED);
        }
    }

    /** What goes across all cards: the row where we are, and the one at which the runs part. */
    void across() {
        Box first = rooms.events().getFirst();
        Box last = rooms.events().getLast();
        int at = scene.row() - rooms.top();
        if (at >= 0 && at < rooms.visible()) {
            double y = first.y() + at * Rooms.EVENT;
            for (Box events : rooms.events()) {
                pen.fillBox(events.x() + 1, y, events.width() - 2, Rooms.EVENT, 0, Ink.of(Tone.SOFT));
            }
            pen.fillBox(first.x() + 1, y, 3, Rooms.EVENT, 0, Ink.of(Tone.ACCENT));
        }
        scene.comparison().parting().ifPresent(parting -> {
            int row = parting - rooms.top();
            if (row >= 0 && row < rooms.visible()) {
                double y = first.y() + row * Rooms.EVENT;
                parting(first, last, y);
            }
        });
    }

    private void parting(Box first, Box last, double y) {
        List<Box> events = rooms.events();
        for (int i = 1; i < events.size(); i++) {
            double x = events.get(i - 1).right();
            pen.fillBox(x, y, events.get(i).x() - x, Rooms.EVENT, 0, Ink.of(Tone.DANGER));
        }
        pen.fillBox(
                first.x() + 1,
                y - 0.5,
                last.right() - first.x() - 2,
                1,
                0,
                Ink.of(Tone.DANGER).faded(0.7));
    }
}
