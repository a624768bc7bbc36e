package org.iommulab.memory;

import java.util.Arrays;

/** Memory that is zero, by comparing and copying: the virtual machine has instructions for both, a loop is far slower. */
final class Zeros {
    private static final byte[] ZEROS = new byte[1 << 14];

    private Zeros() {}

    /** Where the first byte that is not zero is, from one index up to another; -1 when there is none. */
    static int firstOther(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at += ZEROS.length) {
            int length = Math.min(ZEROS.length, to - at);
            int other = Arrays.mismatch(bytes, at, at + length, ZEROS, 0, length);
            if (other >= 0) {
                return at + other;
            }
        }
        return -1;
    }

    /** Not Arrays.fill: its loop is slow until it is compiled, and the first jump should be as fast as any. */
    static void fill(byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at += ZEROS.length) {
            System.arraycopy(ZEROS, 0, bytes, at, Math.min(ZEROS.length, bytes.length - at));
        }
    }
}
