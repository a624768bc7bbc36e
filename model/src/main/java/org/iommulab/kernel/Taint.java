package org.iommulab.kernel;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a kernel remembers of its own trustworthiness until it is booted again, of the flags that there are those that the
 * lab comes by (kernel/panic.c: taint_flags; v6.1 and v6.12). TAINT_DIE is not among them: with an oops a story ends.
 */
public enum Taint {
    /** TAINT_USER: a user was given something that needs no bug of the kernel to break it. */
    USER('U', 6),
    /** TAINT_WARN. */
    WARN('W', 9);

    /** TAINT_FLAGS_COUNT. */
    private static final int FLAGS = 19;

    private static final char NO_PROPRIETARY_MODULE = 'G';

    private final char letter;
    private final int bit;

    Taint(char letter, int bit) {
        this.letter = letter;
        this.bit = bit;
    }

    /** Its bit in {@code tainted_mask}. */
    public long mask() {
        return 1L << bit;
    }

    /** print_tainted: {@code Not tainted}, or a letter or a blank for each flag. */
    public static String text(long taintedMask) {
        if (taintedMask == 0) {
            return "Not tainted";
        }
        char[] flags = " ".repeat(FLAGS).toCharArray();
        flags[0] = NO_PROPRIETARY_MODULE;
        for (Taint taint : values()) {
            if ((taintedMask & taint.mask()) != 0) {
                flags[taint.bit] = taint.letter;
            }
        }
        return "Tainted: " + new String(flags);
    }

    /** print_tainted_verbose: {@code Tainted: [U]=USER, [W]=WARN}. */
    public static String verbose(long taintedMask) {
        return Arrays.stream(values())
                .filter(taint -> (taintedMask & taint.mask()) != 0)
                .map(taint -> "[" + taint.letter + "]=" + taint.name())
                .collect(Collectors.joining(", ", "Tainted: ", ""));
    }
}
