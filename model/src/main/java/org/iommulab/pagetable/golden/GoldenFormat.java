package org.iommulab.pagetable.golden;

/** A page-table format that golden cases can be run against. */
public interface GoldenFormat {
    /** The name that case files know it by, {@code exynos-v5}. */
    String name();

    /** A fresh domain, attached to one active controller where the format has a log of register writes. */
    GoldenRun start(GoldenConfig config);
}
