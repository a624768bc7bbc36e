package org.iommulab.explore.breaks;

import java.util.Locale;
import org.iommulab.explore.why.Harm;

/**
 * What came of a tampering, mildest first. An effect is what the run shows more than the unbroken run does: a story that
 * breaks by itself on a kernel does not make every callback guilty.
 */
public enum Effect {
    /** The driver has no such callback on this kernel: there was nothing to take away. */
    NOT_THERE("not there", false),
    /** Nothing looks at the callback in this story: the run is the unbroken one. */
    NEVER_CALLED("never called", false),
    /** It is looked at, and the run does without it. */
    NO_EFFECT("no effect", false),
    /** Belief and hardware part, or something is left behind, and nobody has come to harm yet. */
    SUSPICIOUS("suspicious", true),
    /** A device or the CPU saw data that are not its own, or a translation outlives its mapping. */
    WRONG_DATA("wrong data", true),
    /** A WARN, or an error in the kernel log. */
    WARN("WARN", true),
    /** A caller gets an error number. */
    ERROR("error", true),
    /** DMA faults that the unbroken run has not. */
    FAULT_STORM("fault storm", true),
    /** The kernel uses freed memory, or hardware walks a freed table. */
    USE_AFTER_FREE("use after free", true),
    /** The kernel or a thread of it dies. */
    OOPS("oops", true),
    /** Nothing happens any more. */
    HANG("hang", true);

    private final String word;
    private final boolean broken;

    Effect(String word, boolean broken) {
        this.word = word;
        this.broken = broken;
    }

    /** As tables and the command line show it. */
    public String word() {
        return word;
    }

    /** A stable name for files and style classes: {@code use-after-free}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it counts as broken. */
    public boolean isBroken() {
        return broken;
    }

    public boolean isWorseThan(Effect other) {
        return compareTo(other) > 0;
    }

    /** What a harm comes to by itself; a broken rule says it itself. */
    static Effect of(Harm.Kind kind) {
        return switch (kind) {
            case OTHERWISE, RULE -> SUSPICIOUS;
            case PASSES, WRONG_DATA -> WRONG_DATA;
            case WARN -> WARN;
            case ERROR, ACT -> ERROR;
            case FAULT -> FAULT_STORM;
            case USE_AFTER_FREE -> USE_AFTER_FREE;
            case OOPS -> OOPS;
            case HANG -> HANG;
        };
    }
}
