package org.iommulab.words;

import org.iommulab.kernel.Errno;
import org.iommulab.sim.Labels;
import org.iommulab.sim.Term;

/** Operands of events as text. */
public final class Operands {
    private Operands() {}

    /** The value as its kind says; empty for {@link Term.Operand#NONE}. */
    public static String text(Labels labels, Term.Operand kind, long value) {
        return switch (kind) {
            case NONE -> "";
            case OBJECT -> labels.labelOf(value);
            case HEX -> "0x" + Long.toHexString(value);
            case DECIMAL -> Long.toString(value);
            case ERRNO -> Errno.describe(value);
            case YES_NO -> value == 0 ? "no" : "yes";
            case PHYS_AND_PAGES -> "0x" + Long.toHexString(physical(value)) + ", 0x" + Long.toHexString(bytes(value));
            case PAGES_AND_PAGES ->
                "0x" + Long.toHexString(firstSize(value)) + ", 0x" + Long.toHexString(secondSize(value));
        };
    }

    // The inverse of Term.packPages and Term.packSizes.

    public static long physical(long packed) {
        return packed >>> 24 << 12;
    }

    public static long bytes(long packed) {
        return (packed & 0xff_ffff) << 12;
    }

    public static long firstSize(long packed) {
        return packed >>> 32 << 12;
    }

    public static long secondSize(long packed) {
        return (packed & 0xffff_ffffL) << 12;
    }
}
