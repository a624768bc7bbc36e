package org.iommulab.app.matrix;

import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;

/** Draws one mark as a box with its glyph in the middle. */
final class MarkPainter {
    private static final double RADIUS = 5;
    private static final double FAINT = 0.16;

    private final Pen pen;

    MarkPainter(Pen pen) {
        this.pen = pen;
    }

    /** @param faint whether it is there only to show where others stand */
    void paint(Mark mark, Box box, boolean faint) {
        double radius = Math.min(RADIUS, box.height() / 3);
        double opacity = faint ? FAINT : 1;
        if (mark == Mark.NOT_THERE) {
            Line line = Line.solid(Tone.HAIRLINE, 1.2).faded(faint ? 0.5 : 1);
            pen.strokeBox(box.x() + 0.6, box.y() + 0.6, box.width() - 1.2, box.height() - 1.2, radius, line);
        } else {
            double fill = mark == Mark.TO_COME ? 0.4 : mark.isLoud() ? opacity : 1;
            pen.fillBox(box.x(), box.y(), box.width(), box.height(), radius, new Ink(mark.fill(), fill));
        }
        // On a faded fill the ground shines through: there the glyph is as faint, in the colour of text.
        glyph(mark, box, faint ? new Ink(Tone.MUTED, 0.5) : Ink.of(mark.ink()));
    }

    private void glyph(Mark mark, Box box, Ink ink) {
        double x = box.x() + box.width() / 2;
        double y = box.middleY();
        double size = Math.min(12.5, box.height() * 0.76);
        double r = size * 0.34;
        Line line = Line.solid(ink.tone(), Math.max(1.4, size / 7)).faded(ink.opacity());
        switch (mark.glyph()) {
            case NONE -> {}
            case DOT -> pen.fillCircle(x, y, 1.2, ink);
            case DASH -> pen.stroke(Curve.from(x - r, y).to(x + r, y).end(), line);
            case RING -> pen.strokeCircle(x, y, r * 0.85, line);
            case TRIANGLE -> pen.stroke(Curve.triangle(x, y, r), line);
            case CROSS -> {
                pen.stroke(Curve.from(x - r, y - r).to(x + r, y + r).end(), line);
                pen.stroke(Curve.from(x - r, y + r).to(x + r, y - r).end(), line);
            }
            case BARS -> {
                pen.stroke(Curve.from(x - r * 0.7, y - r).to(x - r * 0.7, y + r).end(), line);
                pen.stroke(Curve.from(x + r * 0.7, y - r).to(x + r * 0.7, y + r).end(), line);
            }
            case LETTER_D, LETTER_W, LETTER_E, LETTER_F, LETTER_U ->
                pen.text(
                        mark.glyph().letter(),
                        x,
                        y + size * 0.36,
                        Face.words(size).strong(),
                        ink,
                        Pen.Align.MIDDLE);
        }
    }
}
