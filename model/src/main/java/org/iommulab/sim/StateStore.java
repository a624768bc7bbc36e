package org.iommulab.sim;

/**
 * State outside the cells that shares the machine's journal: simulated memory. The machine asks it to apply a change
 * when it undoes or redoes.
 */
public interface StateStore {
    /** Applies {@code old ^ new} at a place that the store itself journaled. Undo and redo are the same call. */
    void flip(long place, long delta);

    /** The 64-bit word that contains the place, for the state digest. */
    long wordAt(long place);

    /** The address of that word: two places in one word give the same number. */
    long wordNumber(long place);

    /** How many 64-bit words from {@link #wordAt} on the change touches: more than one for a fill. */
    int words(long place, long delta);

    /** A copy of everything that was ever written, for a checkpoint. */
    Object copy();

    /** Brings back a {@link #copy()}. */
    void restore(Object copy);

    /** How many bytes a {@link #copy()} takes at most. */
    long bytes();

    /** Folds all content into a digest, independent of the order in which it was written. */
    long digest();
}
