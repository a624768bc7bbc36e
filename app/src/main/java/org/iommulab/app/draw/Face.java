package org.iommulab.app.draw;

/**
 * A way to set text. Words are Inter; everything that the kernel or the hardware would print is JetBrains Mono.
 *
 * @param family which of the two
 * @param size in pixels: 11, 12.5, 14 or 18, times the zoom
 * @param weight 400, 550 or 650
 */
public record Face(Family family, double size, int weight) {
    /** The two families. */
    public enum Family {
        WORDS,
        MONO
    }

    public static Face words(double size) {
        return new Face(Family.WORDS, size, 400);
    }

    public static Face mono(double size) {
        return new Face(Family.MONO, size, 400);
    }

    public Face strong() {
        return new Face(family, size, 650);
    }

    public Face medium() {
        return new Face(family, size, 550);
    }
}
