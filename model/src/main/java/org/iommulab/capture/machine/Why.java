package org.iommulab.capture.machine;

import java.util.List;

/**
 * Why two devices are in one group, or are not.
 *
 * @param ties the chain that ties them, from the first to the second; empty when there is none or the file does not tell
 * @param sentence the answer in short
 */
public record Why(String from, String to, Relation relation, List<Tie> ties, String sentence) {
    /** How the two stand to each other. */
    public enum Relation {
        /** In one group, and it can be said why. */
        TOGETHER,
        APART,
        /** In one group, but the file does not say enough to tell why. */
        NOT_TOLD,
        /** At least one of them is in no group. */
        NO_GROUP
    }

    public Why {
        ties = List.copyOf(ties);
    }
}
