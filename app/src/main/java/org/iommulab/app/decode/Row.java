package org.iommulab.app.decode;

/** A line of what was found. */
record Row(Kind kind, String text) {
    enum Kind {
        /** Whose lines, where, and what in a few words. */
        HEADING,
        /** A line of the log. */
        QUOTE,
        SENTENCE,
        FIELD,
        BITS,
        EMPTY
    }
}
