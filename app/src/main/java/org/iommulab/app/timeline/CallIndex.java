package org.iommulab.app.timeline;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The beginnings of calls by how long they last, in powers of two, so that a zoomed-out picture finds the calls that are
 * wide enough to be seen without looking at the others.
 */
final class CallIndex {
    private static final int CLASSES = 32;

    private final int[][] begins;
    private final int[] end;

    private CallIndex(int[][] begins, int[] end) {
        this.begins = begins;
        this.end = end;
    }

    /** @param end for each step the end of the call that begins there, or 0 */
    static CallIndex of(int[] end) {
        int[] counts = new int[CLASSES];
        for (int step = 1; step < end.length; step++) {
            if (end[step] != 0) {
                counts[kind(end[step] - step + 1)]++;
            }
        }
        int[][] begins = new int[CLASSES][];
        for (int i = 0; i < CLASSES; i++) {
            begins[i] = new int[counts[i]];
        }
        int[] fill = new int[CLASSES];
        for (int step = 1; step < end.length; step++) {
            if (end[step] != 0) {
                int kind = kind(end[step] - step + 1);
                begins[kind][fill[kind]++] = step;
            }
        }
        return new CallIndex(begins, end);
    }

    private static int kind(int steps) {
        return 31 - Integer.numberOfLeadingZeros(steps);
    }

    /** Every call of at least about {@code shortest} steps that touches the steps {@code from} to {@code to}. */
    void visit(int from, int to, int shortest, IntConsumer call) {
        for (int kind = kind(Math.max(1, shortest)); kind < CLASSES; kind++) {
            int[] list = begins[kind];
            // none of this class is longer than 2^(kind+1) - 1, so earlier ones cannot reach the window
            long first = from - (1L << kind + 1) + 2;
            for (int i = lowest(list, (int) Math.max(1, first)); i < list.length && list[i] <= to; i++) {
                if (end[list[i]] >= from) {
                    call.accept(list[i]);
                }
            }
        }
    }

    private static int lowest(int[] list, int step) {
        int at = Arrays.binarySearch(list, step);
        return at >= 0 ? at : -at - 1;
    }
}
