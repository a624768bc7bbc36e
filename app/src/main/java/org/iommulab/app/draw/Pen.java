package org.iommulab.app.draw;

/**
 * Draws, on a canvas or into SVG. Coordinates are pixels, y downwards. Text is set on its baseline and measured with
 * the same metrics everywhere, so a picture is laid out alike on screen and on paper.
 */
public interface Pen {
    /** Where a text stands relative to the x that is given. */
    enum Align {
        START,
        MIDDLE,
        END
    }

    Theme theme();

    void fillBox(double x, double y, double width, double height, double radius, Ink ink);

    void strokeBox(double x, double y, double width, double height, double radius, Line line);

    void fillCircle(double x, double y, double radius, Ink ink);

    void strokeCircle(double x, double y, double radius, Line line);

    void stroke(Curve curve, Line line);

    void fill(Curve curve, Ink ink);

    void text(String text, double x, double baseline, Face face, Ink ink, Align align);

    default void text(String text, double x, double baseline, Face face, Tone tone) {
        text(text, x, baseline, face, Ink.of(tone), Align.START);
    }

    /** A picture's cell in a colour that the simulated machine computed (0xRRGGBB): data, not design. */
    void fillData(double x, double y, double width, double height, int rgb);

    /** How wide the text would be. */
    double width(String text, Face face);

    /** The text, cut with an ellipsis where it would be wider than this. */
    default String fit(String text, Face face, double width) {
        if (width(text, face) <= width) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end) + "…", face) > width) {
            end--;
        }
        return text.substring(0, end) + "…";
    }

    /** Everything until {@link #restore} is cut to this box. */
    void clip(double x, double y, double width, double height);

    /** Moves and scales what follows until {@link #restore}. */
    void save();

    void translate(double x, double y);

    void scale(double factor);

    /** Turns what follows round 0,0 until {@link #restore}; degrees, clockwise. */
    void rotate(double degrees);

    void restore();
}
