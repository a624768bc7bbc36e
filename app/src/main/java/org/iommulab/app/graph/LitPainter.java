package org.iommulab.app.graph;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.playback.Lit;
import org.iommulab.graph.Box;
import org.iommulab.graph.Layout;
import org.iommulab.graph.Path;

/**
 * Draws the lines that a view wants lit between devices. They leave and arrive at the left, where no wiring is, and go
 * round the cards: inside a card along its edge, else through the gap beside it and the gap below its row. A tie has dots
 * at its ends, a way that no IOMMU watches has arrows.
 */
final class LitPainter {
    private static final double RADIUS = 6;
    /** Inside a card, from the devices' left edge. */
    private static final double INSIDE = 8;
    /** Outside, from the card's left edge; right of the lanes to the platform. */
    private static final double OUTSIDE = 4;
    /** Below the lanes of wiring in the gap between two rows. */
    private static final double CORRIDOR = 21;

    private final Pen pen;
    private final GraphScene scene;

    LitPainter(Pen pen, GraphScene scene) {
        this.pen = pen;
        this.scene = scene;
    }

    void lines(List<Lit> lit) {
        // the ways that are open are the last to be covered
        lit.stream().filter(line -> !line.open()).forEach(this::line);
        lit.stream().filter(Lit::open).forEach(this::line);
    }

    private void line(Lit lit) {
        Optional<Box> from = scene.layout().box(lit.from());
        Optional<Box> to = scene.layout().box(lit.to());
        Optional<Box> fromCard = card(lit.from());
        Optional<Box> toCard = card(lit.to());
        if (from.isEmpty() || to.isEmpty() || fromCard.isEmpty() || toCard.isEmpty() || from.equals(to)) {
            return;
        }
        Path path = way(from.get(), fromCard.get(), to.get(), toCard.get());
        Tone tone = lit.open() ? Tone.DANGER : Tone.ACCENT;
        pen.stroke(Curves.of(path), Line.solid(tone, 2.6));
        end(new Path.Spot(path.start().x() - 10, path.start().y()), path.start(), tone, lit.open());
        end(new Path.Spot(path.end().x() - 10, path.end().y()), path.end(), tone, lit.open());
    }

    private void end(Path.Spot before, Path.Spot at, Tone tone, boolean arrow) {
        if (arrow) {
            pen.fill(Curves.head(before, at), Ink.of(tone));
        } else {
            pen.fillCircle(at.x(), at.y(), 4, Ink.of(tone));
        }
    }

    private Optional<Box> card(int device) {
        return scene.layout().cards().stream()
                .filter(card -> card.devices().contains(device))
                .map(Layout.Card::box)
                .findFirst();
    }

    private Path way(Box from, Box fromCard, Box to, Box toCard) {
        double start = from.middleY();
        double end = to.middleY();
        var path = new Path.Builder(from.x(), start);
        if (fromCard.equals(toCard)) {
            double x = from.x() - INSIDE;
            return path.corner(x, start, x, end, RADIUS)
                    .corner(x, end, to.x(), end, RADIUS)
                    .straight(to.x(), end)
                    .end();
        }
        double left = fromCard.x() - OUTSIDE;
        double right = toCard.x() - OUTSIDE;
        if (fromCard.x() == toCard.x()) {
            return path.corner(left, start, left, end, RADIUS)
                    .corner(left, end, to.x(), end, RADIUS)
                    .straight(to.x(), end)
                    .end();
        }
        double corridor = corridorBelow(fromCard.y() <= toCard.y() ? fromCard : toCard);
        return path.corner(left, start, left, corridor, RADIUS)
                .corner(left, corridor, right, corridor, RADIUS)
                .corner(right, corridor, right, end, RADIUS)
                .corner(right, end, to.x(), end, RADIUS)
                .straight(to.x(), end)
                .end();
    }

    private double corridorBelow(Box card) {
        return scene.layout().cards().stream()
                        .map(Layout.Card::box)
                        .filter(other -> other.y() == card.y())
                        .mapToDouble(Box::bottom)
                        .max()
                        .orElse(card.bottom())
                + CORRIDOR;
    }
}
