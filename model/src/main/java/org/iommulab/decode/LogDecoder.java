package org.iommulab.decode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a log line by line and hands on what it recognises, in the order of the first lines. Other lines may lie between
 * those of a report; how many, and how many reports may be open at a time, is bounded.
 */
public final class LogDecoder {
    private static final int LINES_BETWEEN = 24;
    private static final int MOST_OPEN = 16;

    private final List<FaultText> texts;
    private final Consumer<Decoded> out;
    private final Deque<OpenReport> open = new ArrayDeque<>();
    private long lines;
    private long recognised;

    /** @param texts of the vendors; the core's own lines are known already */
    public LogDecoder(List<FaultText> texts, Consumer<Decoded> out) {
        var all = new ArrayList<>(texts);
        all.add(new CoreText());
        all.add(new VfioText());
        all.add(new OopsText());
        this.texts = List.copyOf(all);
        this.out = out;
    }

    /** What a whole log says. */
    public static List<Decoded> decode(List<FaultText> texts, List<String> lines) {
        var all = new ArrayList<Decoded>();
        var decoder = new LogDecoder(texts, all::add);
        lines.forEach(decoder::line);
        decoder.end();
        return all;
    }

    /** How many lines were read. */
    public long lines() {
        return lines;
    }

    /** How many of them were recognised. */
    public long recognised() {
        return recognised;
    }

    /** Reads the next line. */
    public void line(String text) {
        RawLine line = RawLine.of(++lines, text);
        boolean known = goesOn(line) || begins(line);
        if (known) {
            recognised++;
        }
        settle();
    }

    /** The log is at its end. */
    public void end() {
        open.forEach(OpenReport::close);
        settle();
    }

    private boolean goesOn(RawLine line) {
        for (Iterator<OpenReport> latest = open.descendingIterator(); latest.hasNext(); ) {
            if (latest.next().take(line)) {
                return true;
            }
        }
        return false;
    }

    private boolean begins(RawLine line) {
        for (FaultText text : texts) {
            for (Report report : text.reports()) {
                Optional<Map<String, String>> values = report.first().match(line);
                if (values.isPresent()) {
                    open.stream()
                            .filter(each -> each.endsWith(report, values.get()))
                            .forEach(OpenReport::close);
                    open.add(new OpenReport(text.title(), report, line, values.get()));
                    return true;
                }
            }
        }
        return false;
    }

    private void settle() {
        for (OpenReport each : open) {
            if (lines - each.lastLine() >= LINES_BETWEEN) {
                each.close();
            }
        }
        while (!open.isEmpty() && (open.getFirst().isClosed() || open.size() > MOST_OPEN)) {
            out.accept(open.removeFirst().decoded());
        }
    }
}
