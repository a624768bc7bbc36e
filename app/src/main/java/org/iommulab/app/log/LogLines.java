package org.iommulab.app.log;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.log.LogLine.Kind;
import org.iommulab.app.words.Calls;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/** Makes the kernel log of a whole recording, in order of steps. */
final class LogLines {
    private final Recording recording;
    private final List<LogLine> lines = new ArrayList<>();

    private LogLines(Recording recording) {
        this.recording = recording;
    }

    static List<LogLine> of(Recording recording) {
        var made = new LogLines(recording);
        for (int step = 1; step <= recording.length(); step++) {
            EventKind kind = recording.kind(step);
            if (kind == EventKind.LOG || kind == EventKind.WARN || kind == EventKind.OOPS) {
                made.add(recording.event(step));
            }
        }
        return List.copyOf(made.lines);
    }

    /** How many of these lines were there at a step. */
    static int count(List<LogLine> lines, int step) {
        int low = 0;
        int high = lines.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lines.get(middle).step() <= step) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void add(Event event) {
        switch (event) {
            case Event.Log log -> log(log);
            case Event.Warn warn -> warn(warn);
            case Event.Oops oops -> oops(oops);
            default -> throw new IllegalArgumentException("no line for " + event);
        }
    }

    private void put(Event event, String text, Kind kind) {
        lines.add(new LogLine(event.step(), text, kind));
    }

    private void log(Event.Log log) {
        String format = log.term().name();
        boolean levelled = format.length() > 2 && format.charAt(0) == '<' && format.charAt(2) == '>';
        boolean bad = levelled && format.charAt(1) <= '3';
        String text = text(levelled ? format.substring(3) : format, log.term(), log.a(), log.b());
        String prefix = log.object() == 0 ? "" : machine().labelOf(log.object()) + ": ";
        put(log, prefix + text, bad ? Kind.BAD : Kind.PLAIN);
    }

    private void warn(Event.Warn warn) {
        put(warn, "------------[ cut here ]------------", Kind.QUIET);
        put(warn, "WARNING: at " + place(warn.term()), Kind.BAD);
        Term.ofOperand(warn.text())
                .ifPresent(term -> put(warn, text(withoutLevel(term.name()), term, warn.b(), 0), Kind.BAD));
        backtrace(warn);
        put(warn, "---[ end trace 0000000000000000 ]---", Kind.QUIET);
    }

    private void oops(Event.Oops oops) {
        put(oops, "8<--- cut here ---", Kind.QUIET);
        String what = Term.ofOperand(oops.a()).map(term -> ": " + withoutLevel(term.name())).orElse("");
        put(oops, place(oops.term()) + what, Kind.BAD);
        backtrace(oops);
        put(oops, "---[ end trace 0000000000000000 ]---", Kind.QUIET);
    }

    /** Innermost first; the function that warned stands on top even when it is part of its caller here. */
    private void backtrace(Event event) {
        List<Event> calls = Calls.around(recording, event.step());
        if (calls.isEmpty() || !calls.getFirst().term().name().equals(event.term().name())) {
            put(event, " " + event.term().name(), Kind.QUIET);
        }
        calls.forEach(call -> put(event, " " + call.term().name(), Kind.QUIET));
    }

    private static String place(Term function) {
        return function.source().isEmpty() ? function.name() : function.source() + " " + function.name();
    }

    private static String withoutLevel(String format) {
        return format.length() > 2 && format.charAt(0) == '<' ? format.substring(3) : format;
    }

    private String text(String format, Term term, long a, long b) {
        var text = new StringBuilder();
        boolean first = true;
        for (int at = 0; at < format.length(); at++) {
            char c = format.charAt(at);
            if (c != '%' || at + 1 == format.length()) {
                text.append(c);
                continue;
            }
            text.append(operand(format.charAt(++at), first ? a : b));
            first = false;
        }
        return text.toString();
    }

    private String operand(char kind, long value) {
        return switch (kind) {
            case 'o' -> machine().labelOf(value);
            case 'x' -> "0x" + Long.toHexString(value);
            case 'e' -> Errno.describe(value);
            default -> Long.toString(value);
        };
    }

    private Machine machine() {
        return recording.machine();
    }
}
