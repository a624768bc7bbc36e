package org.iommulab.board;

/** The CPU's architecture: it decides who gives a device its DMA addresses. */
public enum Architecture {
    /** arch/arm: the glue of arch/arm/mm/dma-mapping.c makes a mapping for each device. */
    ARM32("ARM"),
    /** arch/arm64: the generic dma-iommu layer and default domains. */
    ARM64("ARM64"),
    /** arch/powerpc with 64-bit Freescale chips: physical addresses, whatever the IOMMU does. */
    POWERPC("PPC"),
    /** arch/riscv with 64 bits: dma-iommu is not enabled up to v6.13 at least, so that addresses are physical. */
    RISCV64("RISCV"),
    /** arch/s390: DMA operations of its own (arch/s390/pci/pci_dma.c). */
    S390("S390"),
    /** arch/x86: the generic dma-iommu layer and default domains. */
    X86("X86");

    private final String config;

    Architecture(String config) {
        this.config = config;
    }

    /** The kernel option that says so, without {@code CONFIG_}. */
    public String config() {
        return config;
    }
}
