package org.iommulab.sim;

/** A yes or no that is part of the machine's state; no at first. */
public final class FlagCell {
    private final LongCell cell;

    public FlagCell(SimObject owner, Lane lane, Term field) {
        cell = new LongCell(owner, lane, field);
    }

    public boolean get() {
        return cell.get() != 0;
    }

    /** Sets it and writes an event, when it is a change. */
    public void set(boolean value) {
        cell.set(value ? 1 : 0);
    }

    public void setQuietly(boolean value) {
        cell.setQuietly(value ? 1 : 0);
    }
}
