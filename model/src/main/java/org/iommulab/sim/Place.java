package org.iommulab.sim;

/**
 * Where a change was, as an entry of the journal says it in 32 bits: a cell, a word of a store, or a run of words from
 * there. From the top: 1 bit for a cell; of the others 1 bit for a run, the number of the store, the number of the word.
 */
final class Place {
    static final int MOST_STORES = 16;

    private static final int CELL = 1 << 31;
    private static final int RUN = 1 << 30;
    private static final int STORE_SHIFT = 26;

    private Place() {}

    static int ofCell(int cell) {
        return CELL | cell;
    }

    /** The first word of a store; those behind it follow. */
    static int ofStore(int number) {
        return number << STORE_SHIFT;
    }

    /** Not the word at a place alone, but some from there on. */
    static int run(int place) {
        return place | RUN;
    }

    static boolean isCell(int place) {
        return place < 0;
    }

    /** Which cell. */
    static int cell(int place) {
        return place & ~CELL;
    }

    static boolean isRun(int place) {
        return (place & RUN) != 0;
    }

    /** Where a run begins. */
    static int first(int run) {
        return run & ~RUN;
    }

    /** The number of the store. */
    static int store(int place) {
        return place >>> STORE_SHIFT;
    }

    /** The number of the word in its store. */
    static int word(int place) {
        return place & StateStore.MOST_WORDS - 1;
    }
}
