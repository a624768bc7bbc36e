package org.iommulab.explore.why;

/**
 * Something that went wrong at a step.
 *
 * @param words a clause without a full stop
 */
public record Harm(int step, Kind kind, String words) {
    /** What it is. */
    public enum Kind {
        /** An act of the story comes out otherwise than usual, or something is left behind: nobody is hurt yet. */
        OTHERWISE,
        WARN,
        /** A rule breaks here. */
        RULE,
        /** A caller gets an error. */
        ERROR,
        /** An act of the story fails. */
        ACT,
        FAULT,
        /** An act of the story goes through that is usually refused. */
        PASSES,
        WRONG_DATA,
        USE_AFTER_FREE,
        OOPS,
        HANG
    }

    boolean isRule() {
        return kind == Kind.RULE;
    }

    /** Whether it is what becomes of an act of the story, and no event. */
    public boolean isAct() {
        return words.startsWith("'");
    }

    Chain.Link link() {
        return new Chain.Link(step, words);
    }
}
