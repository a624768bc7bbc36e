package org.iommulab.app.graph;

/**
 * The way from one picture to the next. Time comes in from outside, so that an export can ask for any frame.
 *
 * @param start nanoseconds; the picture is {@code from} then
 * @param nanos how long it takes; 0 is at once
 */
record Transition(GraphScene from, GraphScene to, long start, long nanos) {
    static final long NORMAL = 240_000_000L;
    /** Who steps faster than this gets the end states only. */
    static final long HURRY = 200_000_000L;

    static Transition at(GraphScene scene) {
        return new Transition(scene, scene, 0, 0);
    }

    /** 0 to 1, eased. */
    double progress(long now) {
        return nanos == 0 ? 1 : eased(Math.clamp((now - start) / (double) nanos, 0, 1));
    }

    boolean isOver(long now) {
        return nanos == 0 || now - start >= nanos;
    }

    /** Slow, fast, slow. */
    static double eased(double t) {
        return t < 0.5 ? 4 * t * t * t : 1 - Math.pow(2 - 2 * t, 3) / 2;
    }
}
