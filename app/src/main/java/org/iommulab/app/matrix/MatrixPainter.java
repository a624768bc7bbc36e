package org.iommulab.app.matrix;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.draw.Wrap;
import org.iommulab.graph.Box;

/** Draws the matrix: title and names, cells, legend, and the card of the cell that is looked at. Knows no JavaFX. */
final class MatrixPainter {
    private static final Face TITLE = Face.words(18).strong();
    private static final Face SMALL = Face.words(11);
    private static final double FOOT = 14;

    void paint(Pen pen, double width, double height, MatrixScene scene) {
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.PANEL));
        Legend legend = Legend.of(width);
        MatrixLayout layout = layout(width, height, scene);
        corner(pen, layout, scene);
        columns(pen, layout, scene);
        rows(pen, layout, scene);
        cells(pen, layout, scene);
        pen.save();
        pen.translate(0, height - legend.height());
        legend.paint(pen, scene.arrangement().filter());
        status(pen, width, legend.height() - 26, scene);
        pen.restore();
        nothing(pen, layout, scene);
        scene.here()
                .filter(scene::isShown)
                .ifPresent(spot -> scene.place()
                        .ifPresent(place -> new CardPainter(pen, width, height - legend.height())
                                .paint(CardText.of(place, scene.grid()), layout.cell(spot))));
    }

    MatrixLayout layout(double width, double height, MatrixScene scene) {
        double foot = Legend.of(width).height() + FOOT;
        return MatrixLayout.of(width, height, foot, scene.rowNames(), scene.columnNames());
    }

    /** The mark of the legend at this place. */
    Optional<Mark> legendAt(double width, double height, double x, double y) {
        Legend legend = Legend.of(width);
        return legend.at(x, y - (height - legend.height()));
    }

    private static void corner(Pen pen, MatrixLayout layout, MatrixScene scene) {
        double room = layout.left() - MatrixLayout.EDGE - 12;
        pen.text("What breaks", MatrixLayout.EDGE, 30, TITLE, Tone.TEXT);
        double y = 50;
        for (String line : Wrap.lines(pen, what(scene), SMALL, room, 3)) {
            pen.text(line, MatrixLayout.EDGE, y, SMALL, Tone.MUTED);
            y += 15;
        }
        Face face = Face.mono(11).strong();
        pen.text(pen.fit(scene.level().spec(), face, room), MatrixLayout.EDGE, y + 5, face, Tone.ACCENT);
        List<String> unknown = scene.arrangement().filter().unknown();
        if (!unknown.isEmpty()) {
            String text = "nothing is called '" + String.join("', '", unknown) + "'";
            pen.text(pen.fit(text, SMALL, room), MatrixLayout.EDGE, y + 21, SMALL, Tone.DANGER);
        }
    }

    private static String what(MatrixScene scene) {
        return scene.failing()
                ? "one callback removed, or one call of it failing"
                : "one callback removed, every driver, its own stories";
    }

    private static void columns(Pen pen, MatrixLayout layout, MatrixScene scene) {
        List<String> names = scene.columnNames();
        for (int i = 0; i < names.size(); i++) {
            Box cell = layout.cell(0, i);
            boolean strong = scene.isOfTheSeries(i) || scene.isLookedAt(i);
            pen.save();
            pen.translate(cell.middleX() - 2, layout.top() - 8);
            pen.rotate(-MatrixLayout.SLANT);
            pen.text(names.get(i), 0, 0, strong ? MatrixLayout.NAME.strong() : MatrixLayout.NAME, scene.columnTone(i));
            pen.restore();
        }
    }

    private static void rows(Pen pen, MatrixLayout layout, MatrixScene scene) {
        List<String> names = scene.rowNames();
        double size = Math.min(MatrixLayout.ROW_NAME.size(), layout.pitchY() - 3);
        for (int i = 0; i < names.size(); i++) {
            int row = i;
            boolean here = scene.here().filter(spot -> spot.row() == row).isPresent();
            Face face = Face.mono(size);
            pen.text(
                    names.get(i),
                    layout.left() - 12,
                    layout.cell(i, 0).middleY() + size * 0.34,
                    here ? face.strong() : face,
                    Ink.of(Tone.TEXT),
                    Pen.Align.END);
        }
    }

    private static void cells(Pen pen, MatrixLayout layout, MatrixScene scene) {
        var marks = new MarkPainter(pen);
        Filter filter = scene.arrangement().filter();
        for (int row = 0; row < layout.rows(); row++) {
            for (int column = 0; column < layout.columns(); column++) {
                Mark mark = scene.mark(new Spot(row, column));
                marks.paint(mark, layout.cell(row, column), !filter.lights(mark));
            }
        }
        scene.here().filter(scene::isShown).ifPresent(spot -> {
            Box box = layout.cell(spot).grown(1.5);
            pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 6, Line.solid(Tone.TEXT, 2));
        });
    }

    /** A bar while it fills, and the figures; both at the right end of the legend's last line. */
    private static void status(Pen pen, double width, double y, MatrixScene scene) {
        double right = width - MatrixLayout.EDGE;
        pen.text(scene.status(), right, y + 13.5, Face.words(12), Ink.of(Tone.MUTED), Pen.Align.END);
        scene.progress().ifPresent(done -> {
            double room = 120;
            double left = right - room;
            pen.fillBox(left, y + 20, room, 3, 1.5, Ink.of(Tone.SOFT));
            pen.fillBox(left, y + 20, Math.max(3, room * done), 3, 1.5, Ink.of(Tone.ACCENT));
        });
    }

    private static void nothing(Pen pen, MatrixLayout layout, MatrixScene scene) {
        Arrangement shown = scene.arrangement();
        if (!shown.rows().isEmpty() && !shown.columns().isEmpty()) {
            return;
        }
        String text = scene.grid().subjects().isEmpty() ? "Reading the stories." : "No cell fits the filter.";
        pen.text(text, layout.left(), layout.top() + 24, Face.words(14), Tone.MUTED);
    }
}
