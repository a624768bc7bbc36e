package org.iommulab.core;

/** The DMA API's hold on a domain: iommu_get_dma_cookie and iommu_put_dma_cookie, implemented above this package. */
public interface DmaCookies {
    /** 0, or -ENODEV where CONFIG_IOMMU_DMA is off (include/linux/dma-iommu.h, the stub). */
    long get(IommuDomain domain);

    void put(IommuDomain domain);
}
