package org.iommulab.app.graph;

import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Theme;

/** Passes everything on with less opacity: for what comes and goes. */
record FadedPen(Pen pen, double opacity) implements Pen {
    /** The pen itself where nothing is faded. */
    static Pen of(Pen pen, double opacity) {
        return opacity >= 1 ? pen : new FadedPen(pen, Math.max(0, opacity));
    }

    private Ink faded(Ink ink) {
        return ink.faded(ink.opacity() * opacity);
    }

    private Line faded(Line line) {
        return line.faded(line.opacity() * opacity);
    }

    @Override
    public Theme theme() {
        return pen.theme();
    }

    @Override
    public void fillBox(double x, double y, double width, double height, double radius, Ink ink) {
        pen.fillBox(x, y, width, height, radius, faded(ink));
    }

    @Override
    public void strokeBox(double x, double y, double width, double height, double radius, Line line) {
        pen.strokeBox(x, y, width, height, radius, faded(line));
    }

    @Override
    public void fillCircle(double x, double y, double radius, Ink ink) {
        pen.fillCircle(x, y, radius, faded(ink));
    }

    @Override
    public void strokeCircle(double x, double y, double radius, Line line) {
        pen.strokeCircle(x, y, radius, faded(line));
    }

    @Override
    public void stroke(Curve curve, Line line) {
        pen.stroke(curve, faded(line));
    }

    @Override
    public void fill(Curve curve, Ink ink) {
        pen.fill(curve, faded(ink));
    }

    @Override
    public void text(String text, double x, double baseline, Face face, Ink ink, Align align) {
        pen.text(text, x, baseline, face, faded(ink), align);
    }

    /** A picture cannot be faded; it is there from half way on. */
    @Override
    public void fillData(double x, double y, double width, double height, int rgb) {
        if (opacity > 0.5) {
            pen.fillData(x, y, width, height, rgb);
        }
    }

    @Override
    public double width(String text, Face face) {
        return pen.width(text, face);
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        pen.clip(x, y, width, height);
    }

    @Override
    public void save() {
        pen.save();
    }

    @Override
    public void translate(double x, double y) {
        pen.translate(x, y);
    }

    @Override
    public void scale(double factor) {
        pen.scale(factor);
    }

    @Override
    public void rotate(double degrees) {
        pen.rotate(degrees);
    }

    @Override
    public void restore() {
        pen.restore();
    }
}
