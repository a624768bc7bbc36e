package org.iommulab.pagetable.golden;

/**
 * What a page table is created with.
 *
 * @param variant the driver's version in words; may be empty
 * @param ias input address bits
 * @param oas output address bits
 * @param pageSizes a bit for each size
 * @param quirks as in include/linux/io-pgtable.h of Linux 6.1
 * @param tableMemory first address that tables are allocated from
 * @param apertureFirst first usable input address
 * @param apertureLast last usable input address
 * @param gatherQueued unmap with deferred invalidation
 */
public record GoldenConfig(
        String name,
        String variant,
        int ias,
        int oas,
        long pageSizes,
        long quirks,
        boolean coherentWalk,
        long tableMemory,
        long apertureFirst,
        long apertureLast,
        boolean gatherQueued) {}
