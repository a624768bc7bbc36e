package org.iommulab.sim;

/** A digest of cells and stored words, kept with every change: the xor of one hash for each word that is not 0. */
final class StateDigest {
    private long value;

    StateDigest(long value) {
        this.value = value;
    }

    long value() {
        return value;
    }

    void cell(int cell, long old, long now) {
        value ^= ofCell(cell, old) ^ ofCell(cell, now);
    }

    void word(long number, long old, long now) {
        value ^= ofWord(number, old) ^ ofWord(number, now);
    }

    static long ofCell(int cell, long content) {
        return hash(0x9e3779b97f4a7c15L * (cell + 1), content);
    }

    /** The share of one word of a store, by its journal place. */
    static long ofWord(long number, long content) {
        return hash(0xd1b54a32d192ed03L * (number + 1) ^ 0x8cb92ba72f3d8dd7L, content);
    }

    private static long hash(long place, long content) {
        if (content == 0) {
            return 0;
        }
        long x = place ^ content * 0xff51afd7ed558ccdL;
        x = (x ^ x >>> 32) * 0xc4ceb9fe1a85ec53L;
        return x ^ x >>> 29;
    }
}
