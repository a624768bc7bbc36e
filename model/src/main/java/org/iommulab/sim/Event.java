package org.iommulab.sim;

/**
 * One micro-step that a person would want to see. The state at a step includes what its event did: state is changed
 * first, the event is written after it.
 *
 * <p>{@code object} is the id of the thing that it happened to; 0 is nothing. What {@code term} means and how operands
 * are to be read is said at each kind.
 */
public sealed interface Event {
    /** From 1; step 0 is the machine before anything happened. */
    int step();

    Lane lane();

    /** How many calls enclose it. */
    int depth();

    /** The kernel's or the hardware's name for it. */
    Term term();

    int object();

    /** A part of the story begins; {@code object} is the scenario action. */
    record Chapter(int step, Lane lane, int depth, Term term, int object) implements Event {}

    /** A kernel function is entered. Operands as the term says. */
    record Enter(int step, Lane lane, int depth, Term term, int object, long a, long b) implements Event {}

    /** A driver's callback is entered through its table: {@code a} is the callback's ordinal, {@code b} an argument. */
    record Callback(int step, Lane lane, int depth, Term term, int object, long callback, long argument)
            implements Event {}

    /** The function or callback entered at this depth returns. */
    record Leave(int step, Lane lane, int depth, Term term, int object, long result) implements Event {}

    /** A callback that the table does not have was asked for and skipped: {@code callback} is its ordinal. */
    record Missing(int step, Lane lane, int depth, Term term, int object, long callback) implements Event {}

    /** A field of the kernel's or a driver's objects changed. */
    record Changed(int step, Lane lane, int depth, Term term, int object, long from, long to) implements Event {}

    /** The CPU wrote a register of a unit; the term is the register. */
    record RegisterWrite(int step, Lane lane, int depth, Term term, int object, long offset, long value)
            implements Event {}

    /** The CPU read a register of a unit. */
    record RegisterRead(int step, Lane lane, int depth, Term term, int object, long offset, long value)
            implements Event {}

    /** The CPU wrote a table entry; the object is the domain, the term the table's level. */
    record TableWrite(int step, Lane lane, int depth, Term term, int object, long address, long value)
            implements Event {}

    /** Memory was taken for a table or a buffer, or given back when {@code bytes} is negative. */
    record Memory(int step, Lane lane, int depth, Term term, int object, long address, long bytes) implements Event {}

    /** A master puts an access on the bus. */
    record Dma(int step, Lane lane, int depth, Term term, int object, long address, long bytes) implements Event {}

    /** A unit looks into its TLB and finds the page: output address in {@code output}. */
    record TlbHit(int step, Lane lane, int depth, Term term, int object, long input, long output) implements Event {}

    /** A unit looks into its TLB in vain. */
    record TlbMiss(int step, Lane lane, int depth, Term term, int object, long input, long bytes) implements Event {}

    /** A unit's walker reads an entry from memory; the term is the level. */
    record WalkRead(int step, Lane lane, int depth, Term term, int object, long address, long value) implements Event {}

    /** A unit keeps a translation. */
    record TlbFill(int step, Lane lane, int depth, Term term, int object, long input, long output) implements Event {}

    /** A unit drops cached translations: {@code count} of them, because of an operation on {@code input}. */
    record TlbFlush(int step, Lane lane, int depth, Term term, int object, long input, long count) implements Event {}

    /** A unit passes an access on: translated, or untouched when it is off. */
    record Translated(int step, Lane lane, int depth, Term term, int object, long input, long output)
            implements Event {}

    /** Data arrived at the master from memory, or in memory from the master. */
    record Data(int step, Lane lane, int depth, Term term, int object, long address, long value) implements Event {}

    /** A unit refuses an access; the term is its word for the cause. */
    record Fault(int step, Lane lane, int depth, Term term, int object, long input, long status) implements Event {}

    /** An interrupt line was raised or lowered. */
    record Interrupt(int step, Lane lane, int depth, Term term, int object, long level, long b) implements Event {}

    /** A line of the kernel log; the term is its format, {@code object} the device of its prefix, if any. */
    record Log(int step, Lane lane, int depth, Term term, int object, long a, long b) implements Event {}

    /** A kernel tracepoint fires; the term is the event's name. */
    record Tracepoint(int step, Lane lane, int depth, Term term, int object, long a, long b) implements Event {}

    /** WARN_ON and its kin; the term is the function, {@code text} its text: {@link Term#asOperand}. */
    record Warn(int step, Lane lane, int depth, Term term, int object, long text, long b) implements Event {}

    /** BUG, a NULL call or another death of the thread or kernel; {@code a} is its text: {@link Term#asOperand}. */
    record Oops(int step, Lane lane, int depth, Term term, int object, long a, long b) implements Event {}

    /** Nothing happens any more: a lock taken twice, a wait that nothing ends. */
    record Hang(int step, Lane lane, int depth, Term term, int object, long a, long b) implements Event {}

    /** Something freed was used. What a real machine does then is undefined; the lab says so and goes on. */
    record UseAfterFree(int step, Lane lane, int depth, Term term, int object, long a, long b) implements Event {}

    /** A check of the story: what a device saw was right or wrong. */
    record Check(int step, Lane lane, int depth, Term term, int object, long good, long total) implements Event {}
}
