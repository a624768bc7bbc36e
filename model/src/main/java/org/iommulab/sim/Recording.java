package org.iommulab.sim;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What happened: the events, and the journal that brings the state of any step back. A change belongs to the event
 * written after it; changes after the last event belong to the last step.
 */
public final class Recording extends Events {
    private final Machine machine;
    private final Journal journal;
    private final Checkpoints checkpoints;

    Recording(Machine machine, Journal journal, EventLog log) {
        super(log, machine);
        this.machine = machine;
        this.journal = journal;
        this.checkpoints = new Checkpoints(machine);
    }

    public Machine machine() {
        return machine;
    }

    /** The events up to now with the names of their objects, as they are now: they stay when the machine goes another way. */
    public Events eventsAlone() {
        return new Events(log().copy(), machine.labels());
    }

    /** Whether state changed between the step before and this one. */
    public boolean changesState(int step) {
        return changesAt(step) != 0;
    }

    int changesAt(int step) {
        return log().changes(check(step));
    }

    /** Bytes that events and journal take, without checkpoints. */
    public long bytes() {
        return 24L * log().size() + 12L * journal.size();
    }

    /** How many changes of state were recorded. */
    public int changes() {
        return journal.size();
    }

    /**
     * Writes events, changes and object names. The same run gives the same bytes in any JVM: terms are written as a
     * table of their words, in the order of first use, never by their numbers.
     */
    public void writeTo(OutputStream out) throws IOException {
        new RecordingWriter(this, log(), journal).writeTo(out);
    }

    /** How many changes have happened at a step. */
    int journalAt(int step) {
        return step == length() ? journal.size() : log().journalAt(step);
    }

    Journal journal() {
        return journal;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    void cut(int step) {
        if (step < length()) {
            journal.truncate(log().journalAt(step));
            log().truncate(step);
            checkpoints.cut(step);
        }
        machine.forgetFuture();
        machine.show(step);
    }
}
