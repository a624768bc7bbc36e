package org.iommulab.app.timeline;

/** Round step numbers for the scale. */
final class Ruler {
    private Ruler() {}

    /** The distance of two ticks that are at least {@code pixels} apart: 1, 2 or 5 times a power of ten. */
    static int distance(double stepWidth, double pixels) {
        double least = pixels / stepWidth;
        long power = 1;
        while (10.0 * power < least) {
            power *= 10;
        }
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * power >= least) {
                return (int) Math.min(Integer.MAX_VALUE, factor * power);
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, 10 * power);
    }
}
