package org.iommulab.app.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.draw.Wrap;
import org.iommulab.graph.Box;
import org.iommulab.graph.Known;
import org.iommulab.graph.Layout;
import org.iommulab.graph.Moment;
import org.iommulab.graph.Path;

/** Says in words where belief and hardware part, with an arrow to where the hardware points. */
final class NoticePainter {
    private static final Face WORDS = Face.words(11);
    private static final int LINES = 3;
    private static final String TITLE = "Belief and hardware disagree";
    private static final double BAND_MARGIN = 16;

    /** Wider than any sentence. */
    private static final double UNBROKEN = 10_000;

    private final Pen pen;
    private final GraphScene scene;

    NoticePainter(Pen pen, GraphScene scene) {
        this.pen = pen;
        this.scene = scene;
    }

    /** In its place in the picture, with its arrow. */
    void notice() {
        Box room = scene.layout().notice();
        List<String> lines = lines(room.width());
        if (!lines.isEmpty()) {
            Box box = box(room.x(), room.y(), room.width(), lines);
            arrows(box);
            card(box, lines);
        }
    }

    /** A band along the lower edge of a window that does not show its place: in one line where that is wide enough. */
    void pinned(double width, double height) {
        if (scene.moment().disagreements().isEmpty()) {
            return;
        }
        Face title = Face.words(12.5).strong();
        double words = BAND_MARGIN + 24 + pen.width(TITLE, title) + 16;
        List<String> all = lines(UNBROKEN);
        boolean fits = pen.width(String.join(", ", all), WORDS) <= width - words - BAND_MARGIN;
        List<String> lines = fits ? all : lines(width - 2 * BAND_MARGIN);
        double high = fits ? 32 : 38 + lines.size() * 15;
        double y = height - high;
        pen.fillBox(0, y, width, high, 0, Ink.of(Tone.PANEL));
        pen.fillBox(0, y, width, 1.4, 0, Ink.of(Tone.DANGER));
        UnitPainter.badge(pen, BAND_MARGIN + 9, y + 16);
        pen.text(TITLE, BAND_MARGIN + 24, y + 20.5, title, Tone.DANGER);
        if (fits) {
            pen.text(String.join(", ", all), words, y + 20, WORDS, Tone.TEXT);
            return;
        }
        for (int i = 0; i < lines.size(); i++) {
            pen.text(lines.get(i), BAND_MARGIN, y + 42 + i * 15, WORDS, Tone.TEXT);
        }
    }

    private static Box box(double x, double y, double width, List<String> lines) {
        return new Box(x, y, width, 38 + lines.size() * 15);
    }

    /** What it says; nothing when all agree. */
    private List<String> lines(double width) {
        List<Moment.Disagreement> all = scene.moment().disagreements();
        if (all.isEmpty()) {
            return List.of();
        }
        double textWidth = width - 32;
        var lines = new ArrayList<String>();
        if (all.size() == 1) {
            lines.addAll(Wrap.lines(pen, all.getFirst().sentence(), WORDS, textWidth, LINES));
        } else {
            lines.addAll(Wrap.lines(pen, all.getFirst().sentence(), WORDS, textWidth, LINES - 1));
            lines.add(all.size() == 2 ? "and one more" : "and " + (all.size() - 1) + " more");
        }
        return lines;
    }

    private void card(Box box, List<String> lines) {
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 12, Ink.of(Tone.PANEL));
        pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 12, Line.solid(Tone.DANGER, 1.4));
        UnitPainter.badge(pen, box.x() + 23, box.y() + 20);
        Face title = Face.words(12.5).strong();
        pen.text(pen.fit(TITLE, title, box.width() - 54), box.x() + 38, box.y() + 24.5, title, Tone.DANGER);
        for (int i = 0; i < lines.size(); i++) {
            pen.text(lines.get(i), box.x() + 16, box.y() + 45 + i * 15, WORDS, Tone.TEXT);
        }
    }

    /** Round the right of the domains, where no other line is. */
    private void arrows(Box notice) {
        Layout layout = scene.layout();
        Set<Integer> domains = new LinkedHashSet<>();
        for (Moment.Disagreement one : scene.moment().disagreements()) {
            one.domain().ifPresent(domains::add);
        }
        double margin = layout.width() - Layout.RIGHT_MARGIN / 2;
        double low = scene.domains().keySet().stream()
                .mapToDouble(id -> Known.in(layout.boxes(), id).bottom())
                .max()
                .orElse(0);
        double startY = notice.y() + 20;
        for (int domain : domains) {
            Box target = layout.boxes().get(domain);
            if (target == null) {
                continue;
            }
            var path = new Path.Builder(notice.right(), startY);
            if (low > notice.y()) { // others stand in the foot: below them
                double x = notice.right() + 16;
                path.corner(x, startY, x, low + 2, 8).corner(x, low + 10, margin - 8, low + 10, 8);
                path.corner(margin, low + 10, margin, target.middleY() + 8, 8);
            } else {
                path.corner(margin, startY, margin, target.middleY() + 8, 8);
            }
            Path way = path.corner(margin, target.middleY(), target.right() + 2, target.middleY(), 8)
                    .straight(target.right() + 2, target.middleY())
                    .end();
            pen.stroke(Curves.of(way), Line.solid(Tone.DANGER, 1.4));
            pen.fill(Curves.head(new Path.Spot(margin, target.middleY()), way.end()), Ink.of(Tone.DANGER));
        }
    }
}
