package org.iommulab.sim;

import java.util.function.Predicate;

/** What happened in a run, step by step, with the names of the objects that it happened to. */
public sealed class Events permits Recording {
    private static final Lane[] LANES = Lane.values();

    private final EventLog log;
    private final Labels labels;

    Events(EventLog log, Labels labels) {
        this.log = log;
        this.labels = labels;
    }

    /** What to call the objects of these events. */
    public Labels labels() {
        return labels;
    }

    EventLog log() {
        return log;
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

    int check(int step) {
        if (step < 1 || step > length()) {
            throw new IndexOutOfBoundsException("step " + step + " of " + length());
        }
        return step - 1;
    }

    // Columns, for those who scan: no record is made.

    /**
     * What {@link #kind}, {@link #depth} and {@link #term} say, in one number for those who ask for all of them at every
     * step: see {@link Header}.
     */
    public long header(int step) {
        return log.header(check(step));
    }

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

    /** How many steps from the first are the same events in another run, one by one. */
    public int sameAs(Events other) {
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
}
