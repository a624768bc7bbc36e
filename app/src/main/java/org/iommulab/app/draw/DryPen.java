package org.iommulab.app.draw;

/** Draws nothing: with it a drawing tells how high it would be. */
public final class DryPen implements Pen {
    private final Pen pen;

    /** @param pen measures texts */
    public DryPen(Pen pen) {
        this.pen = pen;
    }

    @Override
    public Theme theme() {
        return pen.theme();
    }

    @Override
    public double width(String text, Face face) {
        return pen.width(text, face);
    }

    @Override
    public void fillBox(double x, double y, double width, double height, double radius, Ink ink) {}

    @Override
    public void strokeBox(double x, double y, double width, double height, double radius, Line line) {}

    @Override
    public void fillCircle(double x, double y, double radius, Ink ink) {}

    @Override
    public void strokeCircle(double x, double y, double radius, Line line) {}

    @Override
    public void stroke(Curve curve, Line line) {}

    @Override
    public void fill(Curve curve, Ink ink) {}

    @Override
    public void text(String text, double x, double baseline, Face face, Ink ink, Align align) {}

    @Override
    public void fillData(double x, double y, double width, double height, int rgb) {}

    @Override
    public void clip(double x, double y, double width, double height) {}

    @Override
    public void save() {}

    @Override
    public void translate(double x, double y) {}

    @Override
    public void scale(double factor) {}

    @Override
    public void rotate(double degrees) {}

    @Override
    public void restore() {}
}
