package org.iommulab.explore.compare;

/** What must agree for two events to be the same. */
public enum Likeness {
    /** Everything that can be read of them: one story on one board, on two kernels. */
    EXACT,
    /**
     * What happens, not to whom nor with which addresses: two stories, or two drivers. Where they part is then asked of
     * the core and of the callbacks alone, and after the boot, which is as the boards are; what a driver does with its own
     * hardware is never the same.
     */
    KIND
}
