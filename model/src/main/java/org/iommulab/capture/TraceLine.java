package org.iommulab.capture;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code trace_pipe}: who, when, which event and what it says. Also as trace-cmd and perf print it.
 *
 * @param seconds of the trace's clock
 * @param event without its system: {@code map}
 */
record TraceLine(double seconds, String event, String text) {
    private static final Pattern LINE = Pattern.compile(
            "\\s*.{0,40}?[-\\s]\\d{1,10}\\s+(?:\\(\\s*[-\\d]{1,10}\\)\\s+)?" // task
                    + "\\[\\d{1,5}\\]\\s+(?:[^\\s\\d:]\\S{2,6}\\s+)?" // CPU and flags
                    + "(?<seconds>\\d{1,10}\\.\\d{1,9}): +(?:iommu:)?(?<event>\\w{1,64}): *(?<text>.*)");

    /** Nothing for a line of another shape. */
    static Optional<TraceLine> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches()
                ? Optional.of(new TraceLine(
                        Double.parseDouble(matcher.group("seconds")), matcher.group("event"), matcher.group("text")))
                : Optional.empty();
    }
}
