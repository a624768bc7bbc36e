package org.iommulab.sim;

import java.util.Optional;

/** A pointer that is part of the machine's state; the kernel's NULL at first. */
public final class RefCell<T extends SimObject> {
    private final SimObject owner;
    private final Lane lane;
    private final Term field;
    private final Class<T> type;
    private final int cell;

    public RefCell(SimObject owner, Lane lane, Term field, Class<T> type) {
        this.owner = owner;
        this.lane = lane;
        this.field = field;
        this.type = type;
        this.cell = owner.machine().newCells(1);
    }

    /** What it points at; empty for the kernel's NULL. */
    public Optional<T> get() {
        int id = id();
        return id == 0
                ? Optional.empty()
                : Optional.of(type.cast(owner.machine().object(id)));
    }

    /** What it points at, where the kernel would crash on NULL. */
    public T require() {
        int id = id();
        if (id == 0) {
            throw new IllegalStateException(owner.label() + "." + field.name() + " is NULL");
        }
        return type.cast(owner.machine().object(id));
    }

    /** The id of what it points at, 0 for NULL. */
    public int id() {
        return (int) owner.machine().load(cell);
    }

    public boolean isNull() {
        return id() == 0;
    }

    public boolean is(SimObject other) {
        return id() == other.id();
    }

    public boolean same(RefCell<?> other) {
        return id() == other.id();
    }

    public void set(T value) {
        change(value.id());
    }

    public void set(Optional<? extends T> value) {
        change(value.map(SimObject::id).orElse(0));
    }

    public void setNull() {
        change(0);
    }

    /** Sets it without an event of its own: the change belongs to the next event. */
    public void setQuietly(Optional<? extends T> value) {
        owner.machine().store(cell, value.map(SimObject::id).orElse(0));
    }

    private void change(int id) {
        int old = id();
        if (old != id) {
            owner.machine().store(cell, id);
            owner.machine().emit(EventKind.CHANGED, lane, field, owner, old, id);
        }
    }
}
