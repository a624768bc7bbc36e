package org.iommulab.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.KernelLog;
import org.iommulab.kernel.Taint;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/**
 * The kernel log of a recording, as dmesg prints it: lines, and the blocks of WARN, BUG, panic and NULL calls
 * (kernel/panic.c, lib/bug.c, arch/arm/kernel/traps.c). A model has no source lines, offsets, process ids or registers:
 * file and function are printed, and of the line with the CPU and the task what taints the kernel and its release. The backtrace is the model's call stack. Debug lines are not
 * printed, as in a kernel without dynamic debug.
 */
public final class KernelLogText {
    private static final String CUT = "------------[ cut here ]------------";
    private static final String END = "---[ end trace 0000000000000000 ]---";
    private static final int DEBUG = 7;

    /** Architectures by what their blocks look like. */
    public enum Arch {
        /** A warning's text comes after its first line, and its backtrace has two names a line. */
        ARM32,
        ARM64,
        X86,
        /** powerpc, riscv and s390, each with words of its own for what the lab says in those that they have in common. */
        OTHER
    }

    /**
     * What decides the form of the blocks.
     *
     * @param arch whose
     * @param release of the kernel
     */
    public record Form(Arch arch, boolean smp, Version release) {
        private boolean arm32() {
            return arch == Arch.ARM32;
        }

        // dump_stack_print_info: the flags in words on a line of their own (v6.1 has none, v6.12 has it)
        private boolean hasTaintInWords() {
            return release.compareTo(Version.V6_12) >= 0;
        }
    }

    /**
     * @param step the event that it is part of
     * @param text without a time
     */
    public record Line(int step, String text) {}

    private final Recording recording;
    private final Form form;
    private final BoundDrivers drivers;
    private final List<Integer> stack = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private long tainted;

    private KernelLogText(Recording recording, Form form) {
        this.recording = recording;
        this.form = form;
        this.drivers = new BoundDrivers(recording.machine());
    }

    /** Every line, in order. */
    public static List<Line> lines(Recording recording, Form form) {
        var text = new KernelLogText(recording, form);
        for (int step = 1; step <= recording.length(); step++) {
            text.see(step);
        }
        return List.copyOf(text.lines);
    }

    private void see(int step) {
        EventKind kind = recording.kind(step);
        switch (kind) {
            case ENTER, CALLBACK -> call(step);
            case CHANGED, LOG, WARN, OOPS -> event(recording.event(step));
            default -> {}
        }
    }

    private void call(int step) {
        int depth = recording.depth(step);
        while (stack.size() > depth) {
            stack.removeLast();
        }
        stack.add(step);
    }

    private void event(Event event) {
        switch (event) {
            case Event.Changed changed -> {
                drivers.see(changed);
                tainted |= changed.term().name().equals(KernelLog.TAINTED) ? changed.to() : 0;
            }
            case Event.Log log -> {
                String text = LogLine.text(recording.machine(), log.term(), log.object(), log.a(), log.b());
                if (LogLine.continues(log.term()) && !lines.isEmpty()) {
                    Line begun = lines.removeLast();
                    lines.add(new Line(begun.step(), begun.text() + text));
                } else if (LogLine.level(log.term()).orElse(0) < DEBUG) {
                    add(log, drivers.prefix(log.object()) + text);
                }
            }
            case Event.Warn warn -> warning(warn);
            case Event.Oops oops -> death(oops);
            default -> {}
        }
    }

    private void warning(Event.Warn warn) {
        add(warn, CUT);
        Optional<String> text = Term.ofOperand(warn.text()).map(term -> text(term, warn.b(), 0));
        String line = "WARNING: at " + warn.term().source() + " " + warn.term().name();
        if (!form.arm32()) {
            text.ifPresent(t -> add(warn, t));
        }
        add(warn, line);
        if (form.arm32()) {
            text.ifPresent(t -> add(warn, t));
        }
        backtrace(warn);
        add(warn, END);
        tainted |= Taint.WARN.mask(); // __warn: at its end
    }

    private void death(Event.Oops oops) {
        Optional<Term> text = Term.ofOperand(oops.a());
        if (text.isEmpty()) {
            add(oops, CUT);
            add(oops, "kernel BUG at " + oops.term().source() + "!");
            block(oops, bug());
        } else if (oops.term().source().isEmpty()) {
            if (form.arm32()) {
                add(oops, "8<--- cut here ---");
            }
            add(
                    oops,
                    form.arch() == Arch.X86
                            ? "BUG: kernel NULL pointer dereference"
                            : "Unable to handle kernel NULL pointer dereference");
            block(oops, nullAccess());
        } else {
            String why = text(text.get(), oops.b(), 0);
            add(oops, "Kernel panic - not syncing: " + why);
            backtrace(oops);
            add(oops, "---[ end Kernel panic - not syncing: " + why + " ]---");
        }
    }

    // arch/arm, arch/arm64: __die; arch/x86: __die_header, which has a word more from v6.12 on (v6.1 has not)
    private String bug() {
        return switch (form.arch()) {
            case ARM32 -> "Internal error: Oops - BUG: 0";
            case ARM64 -> "Internal error: Oops - BUG";
            case X86 -> x86() + "invalid opcode: 0000";
            case OTHER -> "Oops";
        };
    }

    // the number behind it is a register's, which the lab does not have
    private String nullAccess() {
        return switch (form.arch()) {
            case ARM32, ARM64 -> "Internal error: Oops";
            case X86 -> x86() + "Oops";
            case OTHER -> "Oops";
        };
    }

    private String x86() {
        return form.release().compareTo(Version.V6_12) >= 0 ? "Oops: " : "";
    }

    private void block(Event oops, String what) {
        add(oops, what + " [#1]" + (form.smp() ? " SMP" : "") + (form.arm32() ? " ARM" : ""));
        backtrace(oops);
        add(oops, END);
    }

    /** dump_stack_print_info, and the calls around an event, innermost first, in the form of the architecture. */
    private void backtrace(Event event) {
        add(event, Taint.text(tainted) + " " + form.release().text());
        if (tainted != 0 && form.hasTaintInWords()) {
            add(event, Taint.verbose(tainted));
        }
        var names = new ArrayList<String>();
        for (int i = Math.min(event.depth(), stack.size()) - 1; i >= 0; i--) {
            Lane lane = recording.lane(stack.get(i));
            if (lane == Lane.HARDWARE || lane == Lane.DMA) {
                break; // an interrupt: what the device did is on no CPU's stack
            }
            if (lane != Lane.USER) {
                names.add(recording.event(stack.get(i)).term().name());
            }
        }
        // A function that the compiler put into its caller has no frame; where the model has none either, name it.
        if (!event.term().source().isEmpty()
                && (names.isEmpty() || !names.getFirst().equals(event.term().name()))) {
            names.addFirst(event.term().name());
        }
        if (!form.arm32()) {
            add(event, form.arch() == Arch.ARM64 ? "Call trace:" : "Call Trace:");
            names.forEach(name -> add(event, " " + name));
            return;
        }
        for (int i = 0; i + 1 < names.size(); i++) {
            add(event, " " + names.get(i) + " from " + names.get(i + 1));
        }
    }

    private String text(Term format, long a, long b) {
        return LogLine.text(recording.machine(), format, a, b);
    }

    private void add(Event event, String text) {
        lines.add(new Line(event.step(), text));
    }
}
