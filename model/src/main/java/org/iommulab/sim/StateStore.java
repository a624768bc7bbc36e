package org.iommulab.sim;

/**
 * State outside the cells that shares the machine's journal: simulated memory. It consists of numbered words of 64
 * bits, all 0 at first; {@link Machine#journal} is told of a word's change before it happens.
 */
public interface StateStore {
    /** How many words a store can have at most: 512 MiB. */
    int MOST_WORDS = 1 << 26;

    /** {@link Machine#isJournaling} is true from now on. */
    void journalBegins();

    /** Applies {@code old ^ new} to a word. Undo and redo are the same call. */
    void flip(int word, long delta);

    long word(int word);

    /** The first word from this one on that is not 0; {@link #words} when there is none. */
    int nextUsed(int word);

    /** The words from here on are 0. */
    int words();

    /** A copy of everything that was ever written, for a checkpoint. */
    Object copy();

    /** Brings back a {@link #copy()}. */
    void restore(Object copy);
}
