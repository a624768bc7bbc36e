package org.iommulab.kernel;

/** The simulated kernel goes no further: part of the story, not a fault of the lab. */
public final class KernelDeath extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What ended it. */
    public enum Kind {
        OOPS,
        HANG
    }

    private final Kind kind;

    KernelDeath(Kind kind, String why) {
        super(why, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
