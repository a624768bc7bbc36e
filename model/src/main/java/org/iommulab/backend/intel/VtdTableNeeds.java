package org.iommulab.backend.intel;

/** What a page table asks of its domain. */
interface VtdTableNeeds {
    /** 0 for 4 KiB pages only, 1 with 2 MiB, 2 with 1 GiB too ({@code iommu_superpage}). */
    int largeLevels();

    /** The bits of a page's entry besides its address. */
    long attributes(int prot);

    /** The entry that points at a table. */
    long pointer(long table);

    /** Pages have gone that the unit may still keep. */
    void flush(long iova, long bytes);

    /** A page was to be mapped where something is mapped already; it is not. */
    void alreadySet(long vpfn, long old, long entry);
}
