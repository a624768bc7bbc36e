package org.iommulab.app.draw;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.shape.StrokeLineCap;
import javafx.scene.shape.StrokeLineJoin;

/** Draws on a canvas. */
public final class FxPen implements Pen {
    private static final Map<Theme, Map<Tone, Color>> COLOURS = colours(Tone::hex);
    private static final Map<Theme, Map<Tone, Color>> LETTERS = colours(Tone::textHex);

    private final GraphicsContext canvas;
    private final Theme theme;

    public FxPen(GraphicsContext canvas, Theme theme) {
        this.canvas = canvas;
        this.theme = theme;
    }

    private static Map<Theme, Map<Tone, Color>> colours(BiFunction<Tone, Theme, String> hex) {
        var all = new EnumMap<Theme, Map<Tone, Color>>(Theme.class);
        for (Theme theme : Theme.values()) {
            var ofTheme = new EnumMap<Tone, Color>(Tone.class);
            for (Tone tone : Tone.values()) {
                ofTheme.put(tone, Color.web(hex.apply(tone, theme)));
            }
            all.put(theme, ofTheme);
        }
        return all;
    }

    /** A tone as JavaFX wants it. */
    public static Color colour(Theme theme, Tone tone, double opacity) {
        return faded(get(COLOURS, theme, tone), opacity);
    }

    private static Color get(Map<Theme, Map<Tone, Color>> colours, Theme theme, Tone tone) {
        return Objects.requireNonNull(Objects.requireNonNull(colours.get(theme)).get(tone));
    }

    private static Color faded(Color colour, double opacity) {
        return opacity >= 1 ? colour : colour.deriveColor(0, 1, 1, Math.max(0, opacity));
    }

    @Override
    public Theme theme() {
        return theme;
    }

    @Override
    public void fillBox(double x, double y, double width, double height, double radius, Ink ink) {
        use(ink);
        if (radius > 0) {
            canvas.fillRoundRect(x, y, width, height, 2 * radius, 2 * radius);
        } else {
            canvas.fillRect(x, y, width, height);
        }
    }

    @Override
    public void strokeBox(double x, double y, double width, double height, double radius, Line line) {
        use(line);
        if (radius > 0) {
            canvas.strokeRoundRect(x, y, width, height, 2 * radius, 2 * radius);
        } else {
            canvas.strokeRect(x, y, width, height);
        }
    }

    @Override
    public void fillCircle(double x, double y, double radius, Ink ink) {
        use(ink);
        canvas.fillOval(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    @Override
    public void strokeCircle(double x, double y, double radius, Line line) {
        use(line);
        canvas.strokeOval(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    @Override
    public void stroke(Curve curve, Line line) {
        use(line);
        path(curve);
        canvas.stroke();
    }

    @Override
    public void fill(Curve curve, Ink ink) {
        use(ink);
        path(curve);
        canvas.fill();
    }

    private void path(Curve curve) {
        canvas.beginPath();
        for (Curve.Piece piece : curve.pieces()) {
            switch (piece) {
                case Curve.Piece.Move(double x, double y) -> canvas.moveTo(x, y);
                case Curve.Piece.Straight(double x, double y) -> canvas.lineTo(x, y);
                case Curve.Piece.Cubic(double x1, double y1, double x2, double y2, double x, double y) ->
                    canvas.bezierCurveTo(x1, y1, x2, y2, x, y);
                case Curve.Piece.Close() -> canvas.closePath();
            }
        }
    }

    @Override
    public void text(String text, double x, double baseline, Face face, Ink ink, Align align) {
        if (text.isEmpty()) {
            return;
        }
        canvas.setFill(faded(get(LETTERS, theme, ink.tone()), ink.opacity()));
        canvas.setFont(FxFonts.of(face));
        double left = switch (align) {
            case START -> x;
            case MIDDLE -> x - width(text, face) / 2;
            case END -> x - width(text, face);
        };
        canvas.fillText(text, left, baseline);
    }

    @Override
    public void fillData(double x, double y, double width, double height, int rgb) {
        canvas.setFill(Color.rgb(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff));
        canvas.fillRect(x, y, width, height);
    }

    @Override
    public double width(String text, Face face) {
        return TextMetrics.width(text, face);
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        canvas.beginPath();
        canvas.rect(x, y, width, height);
        canvas.clip();
    }

    @Override
    public void save() {
        canvas.save();
    }

    @Override
    public void translate(double x, double y) {
        canvas.translate(x, y);
    }

    @Override
    public void scale(double factor) {
        canvas.scale(factor, factor);
    }

    @Override
    public void rotate(double degrees) {
        canvas.rotate(degrees);
    }

    @Override
    public void restore() {
        canvas.restore();
    }

    private void use(Ink ink) {
        canvas.setFill(colour(theme, ink.tone(), ink.opacity()));
    }

    private void use(Line line) {
        canvas.setStroke(colour(theme, line.tone(), line.opacity()));
        canvas.setLineWidth(line.width());
        canvas.setLineJoin(StrokeLineJoin.ROUND);
        canvas.setLineCap(line.pattern() == Line.Pattern.DASHED ? StrokeLineCap.BUTT : StrokeLineCap.ROUND);
        switch (line.pattern()) {
            case SOLID -> canvas.setLineDashes((double[]) null);
            case DASHED -> canvas.setLineDashes(Dashes.ON, Dashes.OFF);
            case DOTTED -> canvas.setLineDashes(Dashes.DOT, Dashes.DOT_OFF);
        }
    }
}
