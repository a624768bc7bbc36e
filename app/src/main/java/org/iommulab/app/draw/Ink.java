package org.iommulab.app.draw;

/** A fill: a meaning and how much of it, 0 to 1. */
public record Ink(Tone tone, double opacity) {
    public static Ink of(Tone tone) {
        return new Ink(tone, 1);
    }

    public Ink faded(double newOpacity) {
        return new Ink(tone, newOpacity);
    }
}
