package org.iommulab.app.log;

/**
 * A line of the kernel log.
 *
 * @param step the step that printed it
 * @param text as dmesg shows it
 * @param kind how it is set
 */
public record LogLine(int step, String text, Kind kind) {
    /** What a line is. */
    public enum Kind {
        PLAIN,
        /** The first words of a warning, an error. */
        BAD,
        /** A backtrace, a rule. */
        QUIET
    }
}
