package org.iommulab.board;

/** The CPU's architecture: it decides who gives a device its DMA addresses. */
public enum Architecture {
    /** arch/arm: the glue of arch/arm/mm/dma-mapping.c makes a mapping for each device. */
    ARM32,
    /** arch/arm64: the generic dma-iommu layer and default domains. */
    ARM64
}
