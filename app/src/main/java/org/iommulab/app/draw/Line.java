package org.iommulab.app.draw;

/**
 * A stroke.
 *
 * @param tone its colour
 * @param width in pixels
 * @param pattern how it is broken
 * @param opacity 0 to 1
 */
public record Line(Tone tone, double width, Pattern pattern, double opacity) {
    /** What a line means, besides colour. */
    public enum Pattern {
        /** Belief, and edges. */
        SOLID,
        /** Hardware, or what is no more. */
        DASHED,
        /** What a program of user space holds. */
        DOTTED
    }

    public static Line solid(Tone tone, double width) {
        return new Line(tone, width, Pattern.SOLID, 1);
    }

    public static Line dashed(Tone tone, double width) {
        return new Line(tone, width, Pattern.DASHED, 1);
    }

    public static Line dotted(Tone tone, double width) {
        return new Line(tone, width, Pattern.DOTTED, 1);
    }

    public Line faded(double newOpacity) {
        return new Line(tone, width, pattern, newOpacity);
    }
}
