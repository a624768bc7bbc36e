package org.iommulab.sim;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Predicate;

/**
 * What happened: the events, and the journal that brings the state of any step back. A change belongs to the event
 * written after it; changes after the last event belong to the last step.
 */
public final class Recording {
    private final Machine machine;
    private final Journal journal;
    private final EventLog log;
    private final Checkpoints checkpoints;

    Recording(Machine machine, Journal journal, EventLog log) {
        this.machine = machine;
        this.journal = journal;
        this.log = log;
        this.checkpoints = new Checkpoints(machine);
    }

    public Machine machine() {
        return machine;
    }

    /** The number of the last step; step 0 is before the first event. */
    public int length() {
        return log.size();
    }

    /** The event of a step, 1 to {@link #length()}. */
    public Event event(int step) {
        int at = check(step);
        return EventKind.of(log.kind(at))
                .decode(
                        step,
                        lane(step),
                        log.depth(at),
                        Term.numbered(log.term(at)),
                        log.object(at),
                        log.a(at),
                        log.b(at));
    }

    private int check(int step) {
        if (step < 1 || step > length()) {
            throw new IndexOutOfBoundsException("step " + step + " of " + length());
        }
        return step - 1;
    }

    // Columns, for those who scan: no record is made.

    public EventKind kind(int step) {
        return EventKind.of(log.kind(check(step)));
    }

    public Lane lane(int step) {
        return LANES[log.lane(check(step))];
    }

    public int depth(int step) {
        return log.depth(check(step));
    }

    public int objectId(int step) {
        return log.object(check(step));
    }

    public Term term(int step) {
        return Term.numbered(log.term(check(step)));
    }

    public long a(int step) {
        return log.a(check(step));
    }

    public long b(int step) {
        return log.b(check(step));
    }

    /** Whether state changed between the step before and this one. */
    public boolean changesState(int step) {
        return changesAt(step) != 0;
    }

    int changesAt(int step) {
        return log.changes(check(step));
    }

    /** How many steps from the first are the same events in another recording, one by one. */
    public int sameAs(Recording other) {
        int both = Math.min(length(), other.length());
        for (int at = 0; at < both; at++) {
            if (!log.isSame(at, other.log)) {
                return at;
            }
        }
        return both;
    }

    /** The first step after {@code from} whose event fits, or 0. */
    public int next(int from, Predicate<Event> fits) {
        for (int step = from + 1; step <= length(); step++) {
            if (fits.test(event(step))) {
                return step;
            }
        }
        return 0;
    }

    /** The last step before {@code from} whose event fits, or 0. */
    public int previous(int from, Predicate<Event> fits) {
        for (int step = Math.min(from - 1, length()); step >= 1; step--) {
            if (fits.test(event(step))) {
                return step;
            }
        }
        return 0;
    }

    /** Bytes that events and journal take, without checkpoints. */
    public long bytes() {
        return 24L * log.size() + 12L * journal.size();
    }

    /** How many changes of state were recorded. */
    public int changes() {
        return journal.size();
    }

    private static final Lane[] LANES = Lane.values();

    /**
     * Writes events, changes and object names. The same run gives the same bytes in any JVM: terms are written as a
     * table of their words, in the order of first use, never by their numbers.
     */
    public void writeTo(OutputStream out) throws IOException {
        new RecordingWriter(this, log, journal).writeTo(out);
    }

    /** How many changes have happened at a step. */
    int journalAt(int step) {
        return step == length() ? journal.size() : log.journalAt(step);
    }

    Journal journal() {
        return journal;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    void cut(int step) {
        if (step < length()) {
            journal.truncate(log.journalAt(step));
            log.truncate(step);
            checkpoints.cut(step);
        }
        machine.forgetFuture();
        machine.show(step);
    }
}
