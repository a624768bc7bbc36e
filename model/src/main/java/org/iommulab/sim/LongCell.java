package org.iommulab.sim;

/** A number that is part of the machine's state. */
public final class LongCell {
    private final SimObject owner;
    private final Lane lane;
    private final Term field;
    private final int cell;

    /** A field of an object, 0 at first; the lane says whose knowledge it is. */
    public LongCell(SimObject owner, Lane lane, Term field) {
        this.owner = owner;
        this.lane = lane;
        this.field = field;
        this.cell = owner.machine().newCells(1);
    }

    public long get() {
        return owner.machine().load(cell);
    }

    /** Sets it and writes an event, when it is a change. */
    public void set(long value) {
        long old = get();
        if (old != value) {
            owner.machine().store(cell, value);
            owner.machine().emit(EventKind.CHANGED, lane, field, owner, old, value);
        }
    }

    /** Sets it without an event of its own: the change belongs to the next event. */
    public void setQuietly(long value) {
        owner.machine().store(cell, value);
    }

    public long add(long amount) {
        set(get() + amount);
        return get();
    }

    public boolean isSet() {
        return get() != 0;
    }
}
