package org.iommulab.sim;

/** How a {@link StateStore} folds its words into the digest of the whole state. */
public final class Digests {
    private Digests() {}

    /** The share of one 64-bit word; 0 for a word that is 0. The digest is the xor of all shares. */
    public static long ofWord(long number, long content) {
        return StateDigest.ofWord(number, content);
    }
}
