package org.iommulab.words;

import java.util.Locale;
import java.util.StringJoiner;
import org.iommulab.kernel.Callback;
import org.iommulab.sim.Event;
import org.iommulab.sim.Events;
import org.iommulab.sim.Labels;
import org.iommulab.sim.Term;

/** Any event as one technical line: {@code __iommu_attach_device(12c10000.mixer, domain 2)}. */
public final class EventText {
    private final Labels labels;

    public EventText(Events events) {
        this.labels = events.labels();
    }

    /** Step, lane, indentation by depth, text. */
    public String line(Event event) {
        return String.format("%7d  %-8s  ", event.step(), event.lane().name().toLowerCase(Locale.ROOT))
                + "  ".repeat(Math.max(0, event.depth()))
                + text(event);
    }

    /** The event without its step, lane and depth. */
    public String text(Event event) {
        Term term = event.term();
        String name = term.name();
        String thing = event.object() == 0 ? "" : labels.labelOf(event.object());
        return switch (event) {
            case Event.Chapter _ -> "== " + (thing.isEmpty() ? name : thing);
            case Event.Enter e -> name + arguments(thing, term, e.a(), e.b());
            case Event.Callback e ->
                "callback " + Callback.of(e.callback()).kernelName() + ": " + name + "("
                        + joined(thing, argument(term, e.argument())) + ")";
            case Event.Leave e -> name + " returns" + spaced(operand(term.result(), e.result()));
            case Event.Missing e -> Callback.of(e.callback()).missing() + of(thing);
            case Event.Changed e ->
                (thing.isEmpty() ? "" : thing + ".") + name + ": " + operand(term.a(), e.from()) + " -> "
                        + operand(term.b(), e.to());
            case Event.RegisterWrite e -> thing + " " + register(name, e.offset()) + " <- " + hex(e.value());
            case Event.RegisterRead e -> thing + " " + register(name, e.offset()) + " reads " + hex(e.value());
            case Event.TableWrite e -> name + " entry " + hex(e.address()) + " <- " + hex(e.value()) + of(thing);
            case Event.Memory e ->
                (e.bytes() < 0 ? "memory given back: " : "memory taken: ") + name + " " + hex(e.address()) + ", "
                        + Math.abs(e.bytes()) + " bytes" + of(thing);
            case Event.Dma e -> thing + " " + name + " " + hex(e.address()) + ", " + e.bytes() + " bytes";
            case Event.TlbHit e -> thing + " TLB hit " + hex(e.input()) + " -> " + hex(e.output());
            case Event.TlbMiss e -> thing + " TLB miss " + hex(e.input());
            case Event.WalkRead e -> thing + " walk: " + name + " at " + hex(e.address()) + " is " + hex(e.value());
            case Event.TlbFill e -> thing + " TLB keeps " + hex(e.input()) + " -> " + hex(e.output());
            case Event.TlbFlush e -> thing + " TLB " + name + " " + hex(e.input()) + ": " + e.count() + " dropped";
            case Event.Translated e ->
                thing
                        + (e.input() == e.output()
                                ? " passes " + hex(e.input()) + " on"
                                : " translates " + hex(e.input()) + " -> " + hex(e.output()));
            case Event.Data e -> thing + " " + name + " " + hex(e.value()) + " at " + hex(e.address());
            case Event.Fault e -> thing + " fault: " + name + " at " + hex(e.input());
            case Event.Interrupt e -> thing + " " + name + (e.level() == 0 ? " lowered" : " raised");
            case Event.Log e -> "log: " + LogLine.text(labels, term, e.object(), e.a(), e.b()) + of(thing);
            case Event.Tracepoint e -> "trace " + name + arguments(thing, term, e.a(), e.b());
            case Event.Warn e ->
                "WARNING in " + name
                        + Term.ofOperand(e.text())
                                .map(text -> ": " + LogLine.text(labels, text, e.b(), 0))
                                .orElse("")
                        + of(thing);
            case Event.Oops e ->
                "oops: " + name
                        + Term.ofOperand(e.a())
                                .map(text -> ": " + LogLine.text(labels, text, e.b(), 0))
                                .orElse("")
                        + of(thing);
            case Event.Hang _ -> "hang: " + name + of(thing);
            case Event.UseAfterFree e -> "use after free: " + name + arguments(thing, term, e.a(), e.b());
            case Event.Check e -> "check: " + name + of(thing) + ", " + e.good() + " of " + e.total() + " right";
        };
    }

    private String arguments(String thing, Term term, long a, long b) {
        return "(" + joined(thing, argument(term.a(), a), argument(term.b(), b)) + ")";
    }

    private String argument(Term term, long value) {
        Term.Operand kind = term.b() == Term.Operand.NONE ? term.a() : term.b();
        return argument(kind, value);
    }

    // A second object that is not there says nothing.
    private String argument(Term.Operand kind, long value) {
        return kind == Term.Operand.OBJECT && value == 0 ? "" : operand(kind, value);
    }

    private String operand(Term.Operand kind, long value) {
        return Operands.text(labels, kind, value);
    }

    private static String joined(String... parts) {
        var joined = new StringJoiner(", ");
        for (String part : parts) {
            if (!part.isEmpty()) {
                joined.add(part);
            }
        }
        return joined.toString();
    }

    private static String register(String name, long offset) {
        return name + " (+" + hex(offset) + ")";
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String spaced(String text) {
        return text.isEmpty() ? "" : " " + text;
    }

    private static String of(String thing) {
        return thing.isEmpty() ? "" : " [" + thing + "]";
    }
}
