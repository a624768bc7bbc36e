package org.iommulab.app.words;

import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;
import org.iommulab.words.EventText;

/** What happened in one event, as one plain sentence. */
final class EventSentence {
    private final Machine machine;
    private final Operands operands;
    private final EventText technical;

    EventSentence(Recording recording) {
        this.machine = recording.machine();
        this.operands = new Operands(machine);
        this.technical = new EventText(recording);
    }

    String of(Event event) {
        Term term = event.term();
        String name = term.name();
        String thing = event.object() == 0 ? "" : machine.labelOf(event.object());
        return switch (event) {
            case Event.Chapter _ ->
                name.equals("tracing_mark_write")
                        ? "Whoever traced wrote a marker here: \"" + thing + "\"."
                        : "A part of the story begins: " + name + ".";
            case Event.Enter enter -> call(enter, thing);
            case Event.Callback call ->
                "The core calls " + callback(call.callback()) + of(thing) + ": the driver's " + name + " runs.";
            case Event.Leave leave -> leave(leave);
            case Event.Missing missing ->
                "The core wants to call " + callback(missing.callback()) + of(thing) + ", but "
                        + (term.source().isEmpty() ? "the driver's table" : term.source()) + " has no such entry.";
            case Event.Changed changed ->
                name + of(thing) + " changes from " + operands.text(term.a(), changed.from()) + " to "
                        + operands.text(term.b(), changed.to()) + ".";
            case Event.RegisterWrite write ->
                "The CPU writes 0x" + Hex.word(write.value()) + " to " + name + of(thing) + ", offset "
                        + Hex.read(write.offset()) + ".";
            case Event.RegisterRead read ->
                "The CPU reads " + name + of(thing) + ", offset " + Hex.read(read.offset()) + ": 0x"
                        + Hex.word(read.value()) + ".";
            case Event.TableWrite write ->
                "The CPU writes 0x" + Hex.word(write.value()) + " into the " + EventNames.entry(name) + " at "
                        + Hex.read(write.address()) + of(thing) + ".";
            case Event.Memory memory -> memory(memory, thing);
            case Event.Dma dma ->
                (thing.isEmpty() ? "A device" : thing) + " puts an access on the bus: " + name + " of "
                        + Sizes.of(dma.bytes()) + " at " + Hex.read(dma.address()) + ".";
            case Event.TlbHit hit ->
                unit(thing) + " finds " + Hex.read(hit.input()) + " in its TLB: it lies at " + Hex.read(hit.output())
                        + ".";
            case Event.TlbMiss miss -> unit(thing) + " does not find " + Hex.read(miss.input()) + " in its TLB.";
            case Event.WalkRead read ->
                unit(thing) + " reads the " + EventNames.entry(name) + " at " + Hex.read(read.address()) + ": 0x"
                        + Hex.word(read.value()) + ".";
            case Event.TlbFill fill ->
                unit(thing) + " keeps the translation of " + Hex.read(fill.input()) + " to " + Hex.read(fill.output())
                        + " in its TLB.";
            case Event.TlbFlush flush -> flush(flush, thing);
            case Event.Translated translated -> translated(translated, thing);
            case Event.Data data ->
                "0x" + Hex.word(data.value()) + " is " + name + " at " + Hex.read(data.address()) + about(thing) + ".";
            case Event.Fault fault ->
                unit(thing) + " refuses the access to " + Hex.read(fault.input()) + ": " + name + ".";
            case Event.Interrupt interrupt ->
                (thing.isEmpty() ? "A device" : thing) + (interrupt.level() == 0 ? " lowers" : " raises")
                        + " its interrupt line.";
            case Event.Log log -> "The kernel log says" + about(thing) + ": \"" + logged(log, thing) + "\".";
            case Event.Tracepoint fired -> TracepointWords.of(fired, thing, operands);
            case Event.Warn warn ->
                "The kernel warns in " + name + about(thing)
                        + Term.ofOperand(warn.text())
                                .map(text -> ", \"" + format(text) + "\",")
                                .orElse("")
                        + " and goes on.";
            case Event.Oops _ -> "The kernel dies here: " + name + about(thing) + ".";
            case Event.Hang _ -> "Nothing happens any more: " + name + about(thing) + ".";
            case Event.UseAfterFree _ -> "Something that was freed is used: " + name + about(thing) + ".";
            case Event.Check check ->
                check.total() == 0
                        ? "The story checks what was seen" + about(thing) + ": nothing to compare."
                        : "The story checks what was seen" + about(thing) + ": " + check.good() + " of " + check.total()
                                + " right.";
        };
    }

    /** The lab's own frame around an action of the story is no kernel function. */
    private static boolean isAction(Event event) {
        return event.lane() == Lane.USER && event.term().source().isEmpty() && event.object() != 0;
    }

    private String call(Event.Enter enter, String thing) {
        Term term = enter.term();
        if (isAction(enter)) {
            return thing + " begins.";
        }
        List<String> arguments = operands.arguments(term, enter.a(), enter.b());
        String with = arguments.isEmpty() ? "" : " with " + String.join(" and ", arguments);
        return term.name() + " is called" + (thing.isEmpty() ? "" : " for " + thing) + with + ".";
    }

    private String leave(Event.Leave leave) {
        String result = operands.text(leave.term().result(), leave.result());
        if (isAction(leave)) {
            return machine.labelOf(leave.object()) + " is over"
                    + (result.isEmpty() ? "." : ", with result " + result + ".");
        }
        return leave.term().name() + " returns" + (result.isEmpty() ? "" : " " + result) + ".";
    }

    private String logged(Event.Log log, String thing) {
        String text = technical.text(log).replaceFirst("^log: ", "");
        String suffix = " [" + thing + "]";
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    private static String format(Term text) {
        return text.name().replaceFirst("^<\\d>", "");
    }

    private String memory(Event.Memory memory, String thing) {
        boolean back = memory.bytes() < 0;
        return Sizes.of(Math.abs(memory.bytes())) + " of memory at " + Hex.read(memory.address())
                + (back ? " are given back" : " are taken") + ": "
                + memory.term().name() + of(thing) + ".";
    }

    private static String flush(Event.TlbFlush flush, String thing) {
        String count = switch ((int) Math.min(2, flush.count())) {
            case 0 -> "nothing";
            case 1 -> "one translation";
            default -> flush.count() + " translations";
        };
        return unit(thing) + " drops " + count + " from its TLB ("
                + flush.term().name() + ").";
    }

    private static String translated(Event.Translated translated, String thing) {
        return translated.input() == translated.output()
                ? unit(thing) + " passes " + Hex.read(translated.input()) + " on unchanged."
                : unit(thing) + " turns " + Hex.read(translated.input()) + " into " + Hex.read(translated.output())
                        + " and passes the access on.";
    }

    private static String callback(long ordinal) {
        return Callback.of(ordinal).kernelName();
    }

    private static String unit(String thing) {
        return thing.isEmpty() ? "The unit" : thing;
    }

    private static String of(String thing) {
        return thing.isEmpty() ? "" : " of " + thing;
    }

    private static String about(String thing) {
        return thing.isEmpty() ? "" : " for " + thing;
    }
}
