package org.iommulab.app.draw;

import org.iommulab.graph.Moment.DomainKind;

/** Colour, shape and word of each kind of domain. */
public final class KindLook {
    private KindLook() {}

    public static Tone tone(DomainKind kind) {
        return switch (kind) {
            case DMA, DMA_FQ -> Tone.KERNEL;
            case UNMANAGED -> Tone.UNMANAGED;
            case SVA, NESTED -> Tone.NESTED;
            case IDENTITY -> Tone.IDENTITY;
            case BLOCKED -> Tone.BLOCKED;
            case PLATFORM -> Tone.PLATFORM;
        };
    }

    public static String word(DomainKind kind) {
        return kind == DomainKind.DMA_FQ ? "DMA-FQ" : kind.name();
    }

    /** A shape for each kind, so that no meaning hangs on colour alone. */
    public static void glyph(Pen pen, DomainKind kind, double x, double y, double r) {
        Tone tone = tone(kind);
        switch (kind) {
            case UNMANAGED -> pen.fillCircle(x, y, r, Ink.of(tone));
            case NESTED -> {
                pen.strokeCircle(x, y, r, Line.solid(tone, 1.4));
                pen.fillCircle(x, y, r * 0.5, Ink.of(tone));
            }
            case SVA -> pen.strokeCircle(x, y, r * 0.85, Line.solid(tone, 1.8));
            case DMA -> pen.fillBox(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, 2, Ink.of(tone));
            case DMA_FQ -> {
                pen.strokeBox(x - r * 0.8, y - r * 0.8, r * 1.6, r * 1.6, 2, Line.solid(tone, 1.6));
                pen.fillBox(x - r * 0.35, y - r * 0.35, r * 0.7, r * 0.7, 0, Ink.of(tone));
            }
            case IDENTITY ->
                pen.fill(
                        Curve.from(x, y - r * 1.1)
                                .to(x + r * 1.1, y)
                                .to(x, y + r * 1.1)
                                .to(x - r * 1.1, y)
                                .close(),
                        Ink.of(tone));
            case BLOCKED -> {
                pen.strokeCircle(x, y, r * 0.85, Line.solid(tone, 1.8));
                pen.stroke(
                        Curve.from(x - r * 0.55, y + r * 0.55)
                                .to(x + r * 0.55, y - r * 0.55)
                                .end(),
                        Line.solid(tone, 1.8));
            }
            case PLATFORM ->
                pen.fill(
                        Curve.from(x, y - r)
                                .to(x + r, y + r * 0.8)
                                .to(x - r, y + r * 0.8)
                                .close(),
                        Ink.of(tone));
        }
    }
}
