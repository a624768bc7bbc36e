package org.iommulab.explore.compare;

import java.util.Arrays;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** A recording as the tree that its calls are: beneath a call stands what happened in it, its return last. */
final class CallTree {
    /** The last step beneath each step, itself where nothing is beneath. The root is step 0. */
    private final int[] ends;

    private CallTree(int[] ends) {
        this.ends = ends;
    }

    static CallTree of(Recording recording) {
        int length = recording.length();
        int[] parents = new int[length + 1];
        int[] latest = new int[1];
        for (int step = 1; step <= length; step++) {
            int depth = recording.depth(step);
            if (depth + 1 >= latest.length) {
                latest = Arrays.copyOf(latest, 2 * depth + 4);
            }
            int before = latest[depth + 1];
            boolean returns = recording.kind(step) == EventKind.LEAVE && before != 0 && isCall(recording.kind(before));
            parents[step] = returns ? before : latest[depth];
            // the latest event at a depth stands one place further, so that the root has a place
            latest[depth + 1] = returns ? 0 : step;
        }
        int[] ends = new int[length + 1];
        for (int step = length; step >= 1; step--) {
            ends[step] = Math.max(ends[step], step);
            ends[parents[step]] = Math.max(ends[parents[step]], ends[step]);
        }
        return new CallTree(ends);
    }

    private static boolean isCall(EventKind kind) {
        return kind == EventKind.ENTER || kind == EventKind.CALLBACK;
    }

    /** The last step beneath this one; itself when nothing is beneath. */
    int end(int step) {
        return ends[step];
    }

    boolean isLeaf(int step) {
        return ends[step] == step;
    }
}
