package org.iommulab.kernel;

import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The kernel log: lines, warnings, and the deaths that print something. A line is an event; its text is made when it is
 * looked at. The lab has no source lines, offsets or process ids of its own and prints none.
 */
public final class KernelLog {
    private static final Term WARNINGS = Term.count("warnings");
    private static final Term ADD_TAINT = Term.function("add_taint", "kernel/panic.c");
    private static final Term STALL = LogText.of("<3>rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:");
    private static final Term BUG = Term.function("BUG", "");
    private static final Term PANIC = LogText.of("<0>Kernel panic - not syncing: Fatal exception in interrupt");
    private static final Term NULL_CALL = Term.function("NULL pointer dereference", "");

    /** The field in which the flags of {@link Taint} are; a warning sets its own without an event besides. */
    public static final String TAINTED = "tainted_mask";

    private final Kernel kernel;
    private final LongCell warnings;
    private final LongCell tainted;

    KernelLog(Kernel kernel) {
        this.kernel = kernel;
        this.warnings = new LongCell(kernel, Lane.CORE, WARNINGS);
        this.tainted = new LongCell(kernel, Lane.CORE, Term.hex(TAINTED));
    }

    /** A line about a device (its name is the prefix), or about nothing when the object is the kernel. */
    public void line(Term format, SimObject device, long a, long b) {
        machine().emit(EventKind.LOG, Lane.CORE, format, device == kernel ? 0 : device.id(), a, b);
    }

    /** WARN_ON: a backtrace, each time. */
    public void warnOn(Term function, SimObject about) {
        warned();
        machine().emit(EventKind.WARN, Lane.CORE, function, about, 0, 0);
    }

    /** WARN: a backtrace with a text; the text has at most one operand. */
    public void warn(Term function, Term text, SimObject about, long operand) {
        warned();
        machine().emit(EventKind.WARN, Lane.CORE, function, about, text.asOperand(), operand);
    }

    private void warned() {
        warnings.setQuietly(warnings.get() + 1);
        tainted.setQuietly(tainted.get() | Taint.WARN.mask());
    }

    /** add_taint, for another reason than a block that is printed. */
    public void addTaint(Taint flag) {
        kernel.run(ADD_TAINT, kernel, () -> tainted.set(tainted.get() | flag.mask()));
    }

    /** How many warnings have been printed. */
    public long warnings() {
        return warnings.get();
    }

    /**
     * BUG_ON in an interrupt handler: the kernel dies (arch/arm/kernel/traps.c; kernel/panic.c).
     *
     * @param function where, with its file
     */
    public KernelDeath bugInInterrupt(Term function, SimObject about) {
        machine().emit(EventKind.OOPS, Lane.CORE, function, about, 0, 0);
        line(PANIC, kernel, 0, 0);
        return new KernelDeath(KernelDeath.Kind.OOPS, "kernel BUG in " + function.name() + " at " + function.source());
    }

    /** BUG_ON in a thread: it is killed with whatever it holds, which is the end of the story. */
    public KernelDeath bug(Term function, SimObject about) {
        machine().emit(EventKind.OOPS, Lane.CORE, function, about, 0, 0);
        return new KernelDeath(KernelDeath.Kind.OOPS, "kernel BUG in " + function.name() + " at " + function.source());
    }

    /** panic() with a text. */
    public KernelDeath panic(Term function, Term text, SimObject about) {
        machine().emit(EventKind.OOPS, Lane.CORE, function, about, text.asOperand(), 0);
        return new KernelDeath(
                KernelDeath.Kind.OOPS,
                "panic in " + function.name() + ": " + text.name().substring(3));
    }

    /** A callback that the kernel calls without a test is not there. */
    public KernelDeath nullCall(Term member, SimObject about) {
        machine().emit(EventKind.OOPS, Lane.CORE, NULL_CALL, about, member.asOperand(), 0);
        return new KernelDeath(KernelDeath.Kind.OOPS, "NULL call: " + member.name());
    }

    /** Something dead or freed was followed where the kernel has no test. */
    public KernelDeath nullAccess(Term field, SimObject about) {
        machine().emit(EventKind.OOPS, Lane.CORE, NULL_CALL, about, field.asOperand(), 0);
        return new KernelDeath(KernelDeath.Kind.OOPS, "NULL access: " + field.name());
    }

    /**
     * A CPU spins with interrupts off. 21 seconds later another one notices (kernel/rcu/tree_stall.h; build default of
     * CONFIG_RCU_CPU_STALL_TIMEOUT).
     */
    KernelDeath spin(Term lock, SimObject holder) {
        machine().emit(EventKind.HANG, Lane.CORE, lock, holder, 0, 0);
        line(STALL, kernel, 0, 0);
        return new KernelDeath(
                KernelDeath.Kind.HANG, lock.name() + " of " + holder.label() + " taken twice: the CPU spins");
    }

    /**
     * A list whose entries lead back to one another and never to its head: who walks it never gets to the end.
     *
     * @param where the list, or the function that walks it
     * @param interruptsOff whether it is walked with interrupts off, which another CPU notices
     */
    public KernelDeath endlessList(Term where, SimObject holder, boolean interruptsOff) {
        machine().emit(EventKind.HANG, Lane.CORE, where, holder, 0, 0);
        if (interruptsOff && kernel.config("SMP")) {
            line(STALL, kernel, 0, 0);
        }
        return new KernelDeath(
                KernelDeath.Kind.HANG, where.name() + " of " + holder.label() + ": a list that never ends");
    }

    /**
     * A loop that ends when something happens, and nothing will happen.
     *
     * @param where the function that loops
     * @param interruptsOff whether it does so with interrupts off, which another CPU notices
     */
    public KernelDeath endlessWait(Term where, SimObject holder, boolean interruptsOff) {
        machine().emit(EventKind.HANG, Lane.CORE, where, holder, 0, 0);
        if (interruptsOff && kernel.config("SMP")) {
            line(STALL, kernel, 0, 0);
        }
        return new KernelDeath(
                KernelDeath.Kind.HANG, where.name() + " of " + holder.label() + ": a loop that never ends");
    }

    /** A sleeping lock that its own holder waits for: the task never runs again. */
    KernelDeath sleepForEver(Term lock, SimObject holder) {
        machine().emit(EventKind.HANG, Lane.CORE, lock, holder, 0, 0);
        return new KernelDeath(
                KernelDeath.Kind.HANG,
                lock.name() + " of " + holder.label() + " taken twice: the task sleeps for ever");
    }

    private Machine machine() {
        return kernel.machine();
    }
}
