package org.iommulab.explore.why;

/**
 * Something that went wrong at a step.
 *
 * @param words a clause without a full stop
 */
public record Harm(int step, Kind kind, String words) {
    /** What it is. */
    public enum Kind {
        WARN,
        /** A rule breaks here. */
        RULE,
        /** A caller gets an error. */
        ERROR,
        /** An act of the story fails. */
        ACT,
        FAULT,
        WRONG_DATA,
        USE_AFTER_FREE,
        OOPS,
        HANG
    }
}
