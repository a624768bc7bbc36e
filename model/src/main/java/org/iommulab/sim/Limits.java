package org.iommulab.sim;

/**
 * How far a run may go. A scenario is data from somebody else: it may not fill the memory or run for ever.
 *
 * @param steps events
 * @param cells journaled cells
 * @param objects objects, at most 65,535 (the width of an event's object column)
 * @param memoryBytes bytes of simulated memory that were touched
 */
public record Limits(int steps, int cells, int objects, long memoryBytes) {
    public static final Limits USUAL = new Limits(20_000_000, 4_000_000, 65_535, 256L << 20);

    public Limits {
        if (steps < 1 || cells < 16 || objects < 2 || objects > 65_535 || memoryBytes < 1) {
            throw new IllegalArgumentException("limits must be positive, objects at most 65535");
        }
    }

    public Limits withSteps(int newSteps) {
        return new Limits(newSteps, cells, objects, memoryBytes);
    }
}
