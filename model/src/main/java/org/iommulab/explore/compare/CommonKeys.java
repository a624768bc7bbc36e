package org.iommulab.explore.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A long common subsequence of two sequences of keys. Equal ends first, then Myers' greedy algorithm (An O(ND) difference
 * algorithm and its variations, 1986); where the two differ in too much for that, what occurs once in both divides them
 * (patience), and the parts are looked at in the same way.
 */
final class CommonKeys {
    /** More differences than this are not searched through: the time grows with their number. */
    private static final int MOST_EDITS = 600;

    private final long[] left;
    private final long[] right;
    private final int[] partners;

    private CommonKeys(long[] left, long[] right) {
        this.left = left;
        this.right = right;
        this.partners = new int[left.length];
        Arrays.fill(partners, -1);
    }

    /** For each place on the left the place on the right, or -1; rising. */
    static int[] of(long[] left, long[] right) {
        var common = new CommonKeys(left, right);
        common.between(0, left.length, 0, right.length);
        return common.partners;
    }

    private void between(int a, int aEnd, int b, int bEnd) {
        while (a < aEnd && b < bEnd && left[a] == right[b]) {
            partners[a++] = b++;
        }
        while (a < aEnd && b < bEnd && left[aEnd - 1] == right[bEnd - 1]) {
            partners[--aEnd] = --bEnd;
        }
        if (a < aEnd && b < bEnd && !greedy(a, aEnd, b, bEnd)) {
            patience(a, aEnd, b, bEnd);
        }
    }

    /** False, and nothing done, when there are too many differences. */
    private boolean greedy(int a, int aEnd, int b, int bEnd) {
        int n = aEnd - a;
        int m = bEnd - b;
        int most = Math.min(n + m, MOST_EDITS);
        // furthest[k]: how far on the left one gets on diagonal k (left minus right) with so many edits
        int[] furthest = new int[2 * most + 3];
        int middle = most + 1;
        List<int[]> rounds = new ArrayList<>();
        for (int edits = 0; edits <= most; edits++) {
            rounds.add(Arrays.copyOfRange(furthest, middle - edits - 1, middle + edits + 2));
            for (int k = -edits; k <= edits; k += 2) {
                boolean down = k == -edits || k != edits && furthest[middle + k - 1] < furthest[middle + k + 1];
                int x = down ? furthest[middle + k + 1] : furthest[middle + k - 1] + 1;
                int y = x - k;
                while (x < n && y < m && left[a + x] == right[b + y]) {
                    x++;
                    y++;
                }
                furthest[middle + k] = x;
                if (x >= n && y >= m) {
                    back(rounds, a, b, n, m);
                    return true;
                }
            }
        }
        return false;
    }

    /** The way that led there, from its end. */
    private void back(List<int[]> rounds, int a, int b, int n, int m) {
        int x = n;
        int y = m;
        for (int edits = rounds.size() - 1; edits >= 0; edits--) {
            int[] furthest = rounds.get(edits);
            int middle = edits + 1;
            int k = x - y;
            boolean down = k == -edits || k != edits && furthest[middle + k - 1] < furthest[middle + k + 1];
            int before = down ? k + 1 : k - 1;
            int fromX = edits == 0 ? 0 : furthest[middle + before];
            int startX = edits == 0 ? 0 : down ? fromX : fromX + 1;
            while (x > startX) {
                partners[a + --x] = b + --y;
            }
            x = fromX;
            y = fromX - before;
        }
    }

    private void patience(int a, int aEnd, int b, int bEnd) {
        List<int[]> anchors = rising(unique(a, aEnd, b, bEnd));
        int fromA = a;
        int fromB = b;
        if (anchors.isEmpty()) {
            return;
        }
        for (int[] anchor : anchors) {
            partners[anchor[0]] = anchor[1];
            between(fromA, anchor[0], fromB, anchor[1]);
            fromA = anchor[0] + 1;
            fromB = anchor[1] + 1;
        }
        between(fromA, aEnd, fromB, bEnd);
    }

    /** Pairs of places whose key occurs once on each side, in the order of the left. */
    private List<int[]> unique(int a, int aEnd, int b, int bEnd) {
        Map<Long, int[]> seen = new HashMap<>(); // how often on the left, how often on the right, where on the right
        for (int i = a; i < aEnd; i++) {
            seen.computeIfAbsent(left[i], _ -> new int[3])[0]++;
        }
        for (int i = b; i < bEnd; i++) {
            int[] counts = seen.get(right[i]);
            if (counts != null) {
                counts[1]++;
                counts[2] = i;
            }
        }
        var pairs = new ArrayList<int[]>();
        for (int i = a; i < aEnd; i++) {
            int[] counts = seen.getOrDefault(left[i], new int[3]);
            if (counts[0] == 1 && counts[1] == 1) {
                pairs.add(new int[] {i, counts[2]});
            }
        }
        return pairs;
    }

    /** A longest choice of these whose places on the right rise too. */
    private static List<int[]> rising(List<int[]> pairs) {
        int[] tails = new int[pairs.size()];
        int[] before = new int[pairs.size()];
        int length = 0;
        for (int i = 0; i < pairs.size(); i++) {
            int low = 0;
            int high = length;
            while (low < high) {
                int half = (low + high) >>> 1;
                if (pairs.get(tails[half])[1] < pairs.get(i)[1]) {
                    low = half + 1;
                } else {
                    high = half;
                }
            }
            before[i] = low == 0 ? -1 : tails[low - 1];
            tails[low] = i;
            length = Math.max(length, low + 1);
        }
        var chosen = new ArrayList<int[]>();
        for (int i = length == 0 ? -1 : tails[length - 1]; i >= 0; i = before[i]) {
            chosen.add(pairs.get(i));
        }
        return chosen.reversed();
    }
}
