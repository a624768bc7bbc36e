package org.iommulab.dma;

/** enum dma_data_direction, with the IOMMU_READ and IOMMU_WRITE bits that it becomes (include/linux/iommu.h). */
public enum DmaDirection {
    TO_DEVICE(1),
    FROM_DEVICE(2),
    BIDIRECTIONAL(3);

    private final int prot;

    DmaDirection(int prot) {
        this.prot = prot;
    }

    /** IOMMU_READ is 1, IOMMU_WRITE is 2. */
    public int prot() {
        return prot;
    }
}
