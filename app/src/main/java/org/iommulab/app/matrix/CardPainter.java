package org.iommulab.app.matrix;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.draw.Wrap;
import org.iommulab.graph.Box;

/** Draws the card of a cell beside it: below where there is room, else above, and never over the cell itself. */
final class CardPainter {
    private static final Face TITLE = Face.words(14).strong();
    private static final Face SMALL = Face.words(11);
    private static final Face WORDS = Face.words(12.5);
    private static final Face STEP = Face.mono(11);
    private static final double WIDTH = 440;
    private static final double INSIDE = 18;
    private static final double LINE = 19;
    private static final double INDENT = 52;

    private final Pen pen;
    private final double width;
    private final double height;

    /** @param height where the legend begins: the card stays above it */
    CardPainter(Pen pen, double width, double height) {
        this.pen = pen;
        this.width = width;
        this.height = height;
    }

    private record Piece(String text, double indent, Face face, Tone tone, String step) {
        static Piece of(String text, Face face, Tone tone) {
            return new Piece(text, 0, face, tone, "");
        }
    }

    void paint(CardText card, Box cell) {
        double wide = Math.min(WIDTH, width - 2 * MatrixLayout.EDGE);
        List<Piece> pieces = pieces(card, wide - 2 * INSIDE);
        double high = 2 * INSIDE - 6 + pieces.size() * LINE + 6;
        double x = Math.clamp(cell.right() + 8, MatrixLayout.EDGE, width - MatrixLayout.EDGE - wide);
        boolean beside = x >= cell.right();
        double y = cell.bottom() + (beside ? 2 : 8);
        if (y + high > height) {
            y = Math.max(8, cell.y() - high - (beside ? 2 : 8));
        }
        pen.fillBox(x, y, wide, high, 12, Ink.of(Tone.PANEL));
        pen.strokeBox(x, y, wide, high, 12, Line.solid(Tone.TEXT, 1.4));
        double baseline = y + INSIDE + 10;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            pen.text(piece.step(), x + INSIDE + INDENT - 22, baseline, STEP, Ink.of(Tone.MUTED), Pen.Align.END);
            pen.text(piece.text(), x + INSIDE + piece.indent(), baseline, piece.face(), piece.tone());
            baseline += i == 1 ? LINE + 6 : LINE;
        }
    }

    private List<Piece> pieces(CardText card, double room) {
        var pieces = new ArrayList<Piece>();
        pieces.add(Piece.of(pen.fit(card.title(), TITLE, room), TITLE, Tone.TEXT));
        pieces.add(Piece.of(pen.fit(card.subtitle(), SMALL, room), SMALL, Tone.MUTED));
        Tone tone = card.mark().isLoud() ? card.mark().fill() : Tone.TEXT;
        wrapped(card.verdict(), room, 2).forEach(line -> pieces.add(Piece.of(line, WORDS.medium(), tone)));
        for (CardText.Link link : card.links()) {
            List<String> lines = wrapped(link.words(), room - INDENT, 2);
            for (int i = 0; i < lines.size(); i++) {
                String step = i == 0 && link.step() > 0 ? Integer.toString(link.step()) : "";
                pieces.add(new Piece(lines.get(i), INDENT, WORDS, Tone.TEXT, step));
                if (i == 0) {
                    pieces.set(pieces.size() - 1, new Piece("→ " + lines.get(i), INDENT - 16, WORDS, Tone.TEXT, step));
                }
            }
        }
        if (!card.foot().isEmpty()) {
            wrapped(card.foot(), room, 2).forEach(line -> pieces.add(Piece.of(line, SMALL, Tone.MUTED)));
        }
        return pieces;
    }

    private List<String> wrapped(String text, double room, int most) {
        return Wrap.lines(pen, text, WORDS, room, most);
    }
}
