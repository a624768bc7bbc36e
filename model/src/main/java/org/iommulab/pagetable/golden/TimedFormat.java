package org.iommulab.pagetable.golden;

import org.iommulab.pagetable.Translation;

/** A page-table format that can be timed: the driver's own table, on a machine that does not record. */
public interface TimedFormat {
    /** {@code exynos}. */
    String name();

    /** Which of its versions, {@code v3.3}. */
    String config();

    /** The smallest page. */
    long pageBytes();

    /** Whether the driver's callbacks take more than one page. */
    boolean takesMany();

    /** How often the time of the kernel's C code it may take: 1 for a radix table, 1.5 for a flat one. */
    default double goal() {
        return 1;
    }

    /** Where the input addresses begin. */
    default long firstIova() {
        return 0;
    }

    /** A new, empty table whose memory has been touched already. */
    Translation create();
}
