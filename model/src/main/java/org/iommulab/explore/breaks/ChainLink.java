package org.iommulab.explore.breaks;

/**
 * One step on the way from the tampering to the harm.
 *
 * @param step where it happens; 0 is before the first event
 * @param run in which of the two recordings
 * @param words what happens there, a clause without a full stop: {@code group 0 keeps mapping #1}
 */
public record ChainLink(int step, Which run, String words) {
    /** A recording of the pair that a cell compares. */
    public enum Which {
        /** The run with the tampering. */
        BROKEN,
        /** The same story on the same kernel without it. */
        UNBROKEN
    }
}
