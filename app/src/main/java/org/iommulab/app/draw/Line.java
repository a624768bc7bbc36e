package org.iommulab.app.draw;

/**
 * A stroke.
 *
 * @param tone its colour
 * @param width in pixels
 * @param dashed whether it is dashed (hardware) or solid (belief)
 * @param opacity 0 to 1
 */
public record Line(Tone tone, double width, boolean dashed, double opacity) {
    public static Line solid(Tone tone, double width) {
        return new Line(tone, width, false, 1);
    }

    public static Line dashed(Tone tone, double width) {
        return new Line(tone, width, true, 1);
    }

    public Line faded(double newOpacity) {
        return new Line(tone, width, dashed, newOpacity);
    }
}
