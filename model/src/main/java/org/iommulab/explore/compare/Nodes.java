package org.iommulab.explore.compare;

import java.util.Arrays;

/**
 * Brothers in a call tree, in order. A node is a call with everything beneath it; one that was opened stands for the
 * call's own event, and what was beneath it has become its brothers.
 */
final class Nodes {
    private int[] steps = new int[8];
    private boolean[] opened = new boolean[8];
    private int size;

    static Nodes beneath(CallTree tree, int parent) {
        var nodes = new Nodes();
        nodes.addBeneath(tree, parent);
        return nodes;
    }

    private void addBeneath(CallTree tree, int parent) {
        for (int step = parent + 1; step <= tree.end(parent); step = tree.end(step) + 1) {
            add(step, false);
        }
    }

    void add(int step, boolean open) {
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, 2 * size);
            opened = Arrays.copyOf(opened, 2 * size);
        }
        steps[size] = step;
        opened[size++] = open;
    }

    int size() {
        return size;
    }

    int step(int index) {
        return steps[index];
    }

    /** The last step that the node stands for. */
    int end(int index, CallTree tree) {
        return opened[index] ? steps[index] : tree.end(steps[index]);
    }

    boolean isOpened(int index) {
        return opened[index];
    }

    Nodes from(int first, int end) {
        var part = new Nodes();
        for (int i = first; i < end; i++) {
            part.add(steps[i], opened[i]);
        }
        return part;
    }

    /** These, with every call opened. */
    Nodes opened(CallTree tree) {
        var all = new Nodes();
        for (int i = 0; i < size; i++) {
            boolean open = !opened[i] && !tree.isLeaf(steps[i]);
            all.add(steps[i], opened[i] || open);
            if (open) {
                all.addBeneath(tree, steps[i]);
            }
        }
        return all;
    }

    boolean hasCalls(CallTree tree) {
        for (int i = 0; i < size; i++) {
            if (!opened[i] && !tree.isLeaf(steps[i])) {
                return true;
            }
        }
        return false;
    }

    long[] keys(KeyOf key) {
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            keys[i] = key.of(i);
        }
        return keys;
    }

    /** A number for the node at an index. */
    @FunctionalInterface
    interface KeyOf {
        long of(int index);
    }
}
