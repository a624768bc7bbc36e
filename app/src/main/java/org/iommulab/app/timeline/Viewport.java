package org.iommulab.app.timeline;

/**
 * Which steps are seen and where: the step {@code from} lies at x = 0, {@code span} steps fill the width. A step is as
 * wide as one unit: step n covers n to n + 1.
 *
 * @param from first step seen, may lie between two
 * @param span how many steps are seen
 */
public record Viewport(double from, double span) {
    /** Nearer than this the blocks would be silly. */
    public static final double CLOSEST = 8;

    /** Everything, steps 0 to length. */
    public static Viewport all(int length) {
        return new Viewport(0, Math.max(CLOSEST, length + 1.0));
    }

    public double to() {
        return from + span;
    }

    public double stepWidth(double width) {
        return width / span;
    }

    /** The left edge of a step. */
    public double x(double step, double width) {
        return (step - from) / span * width;
    }

    /** The step that covers this place, kept to 0 to length. */
    public int step(double x, double width, int length) {
        return (int) Math.clamp(Math.floor(from + x / width * span + 1e-9), 0, length);
    }

    /** Zooms so that what is at {@code x} stays there; a factor above 1 shows more steps. */
    public Viewport zoomed(double factor, double x, double width, int length) {
        double newSpan = Math.clamp(span * factor, CLOSEST, Math.max(CLOSEST, length + 1.0));
        double there = from + x / width * span;
        return new Viewport(there - x / width * newSpan, newSpan).kept(length);
    }

    public Viewport moved(double steps, int length) {
        return new Viewport(from + steps, span).kept(length);
    }

    /** Inside the recording, or all of it. */
    public Viewport kept(int length) {
        double most = Math.max(0, length + 1.0 - span);
        return new Viewport(Math.clamp(from, 0, most), span);
    }

    /** The viewport that shows this step, not too near an edge; itself when it already does. */
    public Viewport following(int step, int length) {
        double margin = span / 4;
        double middle = step + 0.5;
        double newFrom = from;
        if (middle < from + margin) {
            newFrom = middle - margin;
        } else if (middle > to() - margin) {
            newFrom = middle + margin - span;
        }
        return new Viewport(newFrom, span).kept(length);
    }

    /** Where a glide from another viewport begins: not so far away that only emptiness would go by. */
    Viewport from(Viewport other) {
        double most = 2 * span;
        return Math.abs(from - other.from) <= most || other.span > most
                ? other
                : new Viewport(from + Math.copySign(most, other.from - from), other.span);
    }

    /** A part of the way to another viewport: 0 is here, 1 there. */
    public Viewport towards(Viewport target, double part) {
        double p = Math.clamp(part, 0, 1);
        return new Viewport(from + (target.from - from) * p, span + (target.span - span) * p);
    }

    /** Whether moving on would be seen. */
    public boolean isNear(Viewport other, double width) {
        return Math.abs(x(other.from, width)) < 0.25 && Math.abs(span - other.span) / span * width < 0.25;
    }
}
