package org.iommulab.app.decode;

import java.util.OptionalInt;

/**
 * A line of what was found.
 *
 * @param step where a click on it goes, if anywhere
 */
record Row(Kind kind, String text, OptionalInt step) {
    Row(Kind kind, String text) {
        this(kind, text, OptionalInt.empty());
    }

    /** A line that leads to a step of the run. */
    static Row at(int step, String text) {
        return new Row(Kind.STEP, text, OptionalInt.of(step));
    }

    enum Kind {
        /** Whose lines, where, and what in a few words. */
        HEADING,
        /** A line of the log. */
        QUOTE,
        SENTENCE,
        FIELD,
        BITS,
        /** The same fault in the run that is shown. */
        STEP,
        EMPTY
    }
}
