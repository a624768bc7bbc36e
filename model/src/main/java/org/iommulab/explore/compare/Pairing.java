package org.iommulab.explore.compare;

import org.iommulab.sim.Recording;

/**
 * Which event of one recording is which of another. Calls are paired with calls, and only what stands beneath a pair is
 * paired further; what stands beneath different calls is compared when nothing else is left to compare it with. Pairs
 * never cross.
 */
final class Pairing {
    private final CallTree leftTree;
    private final CallTree rightTree;
    private final EventKeys leftKeys;
    private final EventKeys rightKeys;
    private final int[] partners;

    private Pairing(Recording left, Recording right, EventKeys leftKeys, EventKeys rightKeys) {
        this.leftTree = CallTree.of(left);
        this.rightTree = CallTree.of(right);
        this.leftKeys = leftKeys;
        this.rightKeys = rightKeys;
        this.partners = new int[left.length() + 1];
    }

    /** For each step on the left the step on the right, or 0. */
    static int[] of(Recording left, Recording right, EventKeys leftKeys, EventKeys rightKeys) {
        var pairing = new Pairing(left, right, leftKeys, rightKeys);
        pairing.brothers(Nodes.beneath(pairing.leftTree, 0), Nodes.beneath(pairing.rightTree, 0));
        return pairing.partners;
    }

    /** First what is the same down to its last event, then between those what is about the same thing. */
    private void brothers(Nodes left, Nodes right) {
        int[] same = CommonKeys.of(
                left.keys(i -> whole(left, i, leftTree, leftKeys)),
                right.keys(i -> whole(right, i, rightTree, rightKeys)));
        gaps(left, right, same, this::alike);
    }

    private void alike(Nodes left, Nodes right) {
        int[] alike =
                CommonKeys.of(left.keys(i -> shape(left, i, leftKeys)), right.keys(i -> shape(right, i, rightKeys)));
        gaps(left, right, alike, this::open);
    }

    /** What is left has no counterpart: perhaps something beneath it has one. */
    private void open(Nodes left, Nodes right) {
        if (left.hasCalls(leftTree) || right.hasCalls(rightTree)) {
            alike(left.opened(leftTree), right.opened(rightTree));
        }
    }

    private void gaps(Nodes left, Nodes right, int[] pairs, Rest rest) {
        int a = 0;
        int b = 0;
        for (int i = 0; i < pairs.length; i++) {
            if (pairs[i] >= 0) {
                gap(left, a, i, right, b, pairs[i], rest);
                pair(left, i, right, pairs[i]);
                a = i + 1;
                b = pairs[i] + 1;
            }
        }
        gap(left, a, left.size(), right, b, right.size(), rest);
    }

    private static void gap(Nodes left, int a, int aEnd, Nodes right, int b, int bEnd, Rest rest) {
        if (a < aEnd && b < bEnd) {
            rest.with(left.from(a, aEnd), right.from(b, bEnd));
        }
    }

    private void pair(Nodes left, int i, Nodes right, int j) {
        int from = left.step(i);
        int to = right.step(j);
        partners[from] = to;
        if (left.isOpened(i) || right.isOpened(j)) {
            return;
        }
        int length = leftTree.end(from) - from;
        if (length == rightTree.end(to) - to
                && leftKeys.exact(from, from + length) == rightKeys.exact(to, to + length)) {
            for (int k = 1; k <= length; k++) {
                partners[from + k] = to + k;
            }
        } else {
            brothers(Nodes.beneath(leftTree, from), Nodes.beneath(rightTree, to));
        }
    }

    private static long whole(Nodes nodes, int index, CallTree tree, EventKeys keys) {
        return keys.exact(nodes.step(index), nodes.end(index, tree));
    }

    /** An opened call is paired with an opened one: what was beneath them is among their brothers. */
    private static long shape(Nodes nodes, int index, EventKeys keys) {
        return keys.shape(nodes.step(index)) + (nodes.isOpened(index) ? 1 : 0);
    }

    /** What is done with what stands between two pairs, on both sides something. */
    @FunctionalInterface
    private interface Rest {
        void with(Nodes left, Nodes right);
    }
}
