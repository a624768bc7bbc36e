package org.iommulab.app.draw;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes SVG. No JavaFX class is touched, so a picture can be written where no screen library is. Fonts are named with
 * fallbacks; kerning and ligatures are off, so that text is as wide as it was measured.
 */
public final class SvgPen implements Pen {
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder clips = new StringBuilder();
    private final Theme theme;
    private final double width;
    private final double height;
    private final Deque<Integer> levels = new ArrayDeque<>();
    private int clipCount;
    private int open;

    public SvgPen(Theme theme, double width, double height) {
        this.theme = theme;
        this.width = width;
        this.height = height;
        levels.push(0);
    }

    /** The whole document. {@code title} and {@code description} are for those who cannot see it. */
    public String document(String title, String description) {
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img">
            <title>%s</title>
            <desc>%s</desc>
            <style>
            text { font-kerning: none; font-variant-ligatures: none; white-space: pre; }
            .w { font-family: Inter, "Helvetica Neue", Arial, sans-serif; }
            .m { font-family: "JetBrains Mono", "DejaVu Sans Mono", Consolas, monospace; }
            </style>
            """.formatted(
                                number(width),
                                number(height),
                                number(width),
                                number(height),
                                escape(title),
                                escape(description))
                + (clips.isEmpty() ? "" : "<defs>\n" + clips + "</defs>\n")
                + out
                + "</g>\n".repeat(open)
                + "</svg>\n";
    }

    @Override
    public Theme theme() {
        return theme;
    }

    @Override
    public void fillBox(double x, double y, double width, double height, double radius, Ink ink) {
        box(x, y, width, height, radius).append(paint(ink)).append("/>\n");
    }

    @Override
    public void strokeBox(double x, double y, double width, double height, double radius, Line line) {
        box(x, y, width, height, radius).append(paint(line)).append("/>\n");
    }

    private StringBuilder box(double x, double y, double width, double height, double radius) {
        out.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
                .formatted(number(x), number(y), number(width), number(height)));
        if (radius > 0) {
            out.append(" rx=\"")
                    .append(number(Math.min(radius, Math.min(width, height) / 2)))
                    .append('"');
        }
        return out;
    }

    @Override
    public void fillCircle(double x, double y, double radius, Ink ink) {
        circle(x, y, radius).append(paint(ink)).append("/>\n");
    }

    @Override
    public void strokeCircle(double x, double y, double radius, Line line) {
        circle(x, y, radius).append(paint(line)).append("/>\n");
    }

    private StringBuilder circle(double x, double y, double radius) {
        return out.append("<circle cx=\"%s\" cy=\"%s\" r=\"%s\"".formatted(number(x), number(y), number(radius)));
    }

    @Override
    public void stroke(Curve curve, Line line) {
        path(curve).append(paint(line)).append("/>\n");
    }

    @Override
    public void fill(Curve curve, Ink ink) {
        path(curve).append(paint(ink)).append("/>\n");
    }

    private StringBuilder path(Curve curve) {
        out.append("<path d=\"");
        for (Curve.Piece piece : curve.pieces()) {
            switch (piece) {
                case Curve.Piece.Move(double x, double y) -> command('M', x, y);
                case Curve.Piece.Straight(double x, double y) -> command('L', x, y);
                case Curve.Piece.Cubic(double x1, double y1, double x2, double y2, double x, double y) ->
                    command('C', x1, y1, x2, y2, x, y);
                case Curve.Piece.Close() -> command('Z');
            }
        }
        return out.append('"');
    }

    private void command(char letter, double... numbers) {
        out.append(letter);
        for (int i = 0; i < numbers.length; i++) {
            out.append(i == 0 ? "" : " ").append(number(numbers[i]));
        }
    }

    @Override
    public void text(String text, double x, double baseline, Face face, Ink ink, Align align) {
        if (text.isEmpty()) {
            return;
        }
        out.append("<text x=\"%s\" y=\"%s\" class=\"%s\" font-size=\"%s\""
                .formatted(
                        number(x),
                        number(baseline),
                        face.family() == Face.Family.WORDS ? "w" : "m",
                        number(face.size())));
        if (face.weight() != 400) {
            out.append(" font-weight=\"%d\"".formatted(weight(face)));
        }
        out.append(
                switch (align) {
                    case START -> "";
                    case MIDDLE -> " text-anchor=\"middle\"";
                    case END -> " text-anchor=\"end\"";
                });
        out.append(" fill=\"%s\"".formatted(ink.tone().textHex(theme)))
                .append(opacity("fill", ink.opacity()))
                .append('>')
                .append(escape(text))
                .append("</text>\n");
    }

    /** The weight of the cut that was measured. */
    private static int weight(Face face) {
        return switch (Cut.of(face)) {
            case INTER, JETBRAINS_MONO -> 400;
            case INTER_SEMI_BOLD -> 600;
            case JETBRAINS_MONO_BOLD -> 700;
        };
    }

    @Override
    public void fillData(double x, double y, double width, double height, int rgb) {
        box(x, y, width, height, 0)
                .append(" fill=\"#%06x\" shape-rendering=\"crispEdges\"/>\n".formatted(rgb & 0xffffff));
    }

    @Override
    public double width(String text, Face face) {
        return TextMetrics.width(text, face);
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        clipCount++;
        clips.append("<clipPath id=\"c%d\"><rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/></clipPath>\n"
                .formatted(clipCount, number(x), number(y), number(width), number(height)));
        open("clip-path=\"url(#c" + clipCount + ")\"");
    }

    @Override
    public void save() {
        levels.push(open);
    }

    @Override
    public void translate(double x, double y) {
        open("transform=\"translate(%s %s)\"".formatted(number(x), number(y)));
    }

    @Override
    public void scale(double factor) {
        open("transform=\"scale(%s)\"".formatted(number(factor)));
    }

    @Override
    public void rotate(double degrees) {
        open("transform=\"rotate(%s)\"".formatted(number(degrees)));
    }

    private void open(String attribute) {
        out.append("<g ").append(attribute).append(">\n");
        open++;
    }

    @Override
    public void restore() {
        int level = levels.pop();
        out.append("</g>\n".repeat(open - level));
        open = level;
    }

    private String paint(Ink ink) {
        return " fill=\"" + ink.tone().hex(theme) + '"' + opacity("fill", ink.opacity());
    }

    private String paint(Line line) {
        return " fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s%s"
                .formatted(
                        line.tone().hex(theme),
                        number(line.width()),
                        opacity("stroke", line.opacity()),
                        pattern(line.pattern()));
    }

    private static String pattern(Line.Pattern pattern) {
        String round = " stroke-linecap=\"round\" stroke-linejoin=\"round\"";
        return switch (pattern) {
            case SOLID -> round;
            case DASHED -> " stroke-dasharray=\"%s %s\"".formatted(number(Dashes.ON), number(Dashes.OFF));
            case DOTTED -> round + " stroke-dasharray=\"%s %s\"".formatted(number(Dashes.DOT), number(Dashes.DOT_OFF));
        };
    }

    private static String opacity(String what, double opacity) {
        return opacity >= 1 ? "" : " " + what + "-opacity=\"" + number(Math.max(0, opacity)) + '"';
    }

    /** Two decimals are a hundredth of a pixel; locale must not put a comma there. */
    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        String text = String.format(Locale.ROOT, "%.3f", value);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }

    /** Escapes what XML would read as markup; what XML may not hold at all becomes a replacement character. */
    static String escape(String text) {
        var out = new StringBuilder(text.length() + 8);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    boolean allowed = c == '\t'
                            || c == '\n'
                            || c >= 0x20 && c < 0xd800
                            || c >= 0xe000 && c < 0xfffe
                            || c > 0xffff;
                    out.appendCodePoint(allowed ? c : 0xfffd);
                }
            }
        });
        return out.toString();
    }
}
