package org.iommulab.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A report whose first line was read and that may go on. */
final class OpenReport {
    private static final int LINES_KEPT = 64;
    private static final double SECONDS_BETWEEN = 1.0;

    private final String driver;
    private final Report report;
    private final Found found = new Found();
    private final List<String> lines = new ArrayList<>();
    private final int[] left;
    private final long from;
    private long to;
    private int count;
    private OptionalDouble seconds = OptionalDouble.empty();
    private boolean closed;

    OpenReport(String driver, Report report, RawLine line, Map<String, String> values) {
        this.driver = driver;
        this.report = report;
        this.from = line.number();
        this.left = report.more().stream().mapToInt(Report.Follower::most).toArray();
        keep(line, values);
        closeIfFull();
    }

    private void keep(RawLine line, Map<String, String> values) {
        to = line.number();
        count++;
        if (lines.size() < LINES_KEPT) {
            lines.add(line.text());
        }
        if (line.seconds().isPresent()) {
            seconds = line.seconds();
        }
        found.add(values);
    }

    /** Takes the line if it goes on with this report. */
    boolean take(RawLine line) {
        if (closed || isLater(line)) {
            return false;
        }
        for (int i = 0; i < left.length; i++) {
            if (left[i] > 0) {
                Optional<Map<String, String>> values =
                        report.more().get(i).form().match(line).filter(this::isOfSameDevice);
                if (values.isPresent()) {
                    count(i);
                    keep(line, values.get());
                    closeIfFull();
                    return true;
                }
            }
        }
        return false;
    }

    /** One of this kind, and of those that may stand in its place, is there. */
    private void count(int kind) {
        int first = kind;
        while (report.more().get(first).instead()) {
            first--;
        }
        left[first]--;
        for (int i = first + 1; i < left.length && report.more().get(i).instead(); i++) {
            left[i]--;
        }
    }

    private boolean isLater(RawLine line) {
        return line.seconds().isPresent()
                && seconds.isPresent()
                && Math.abs(line.seconds().getAsDouble() - seconds.getAsDouble()) > SECONDS_BETWEEN;
    }

    /** Whether a new report of this kind, with such values, means that nothing more will come. */
    boolean endsWith(Report next, Map<String, String> values) {
        return next == report && isOfSameDevice(values);
    }

    private boolean isOfSameDevice(Map<String, String> values) {
        String mine = found.device();
        String other = values.getOrDefault("device", "");
        return mine.isEmpty() || other.isEmpty() || mine.equals(other);
    }

    private void closeIfFull() {
        for (int more : left) {
            if (more > 0) {
                return;
            }
        }
        closed = true;
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    long lastLine() {
        return to;
    }

    Decoded decoded() {
        Explanation explanation = report.explain().apply(found);
        return new Decoded(
                from, to, lines, count, driver, explanation.title(), explanation.sentence(), explanation.fields());
    }
}
