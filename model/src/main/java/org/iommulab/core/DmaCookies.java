package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;

/** The DMA API's hold on domains and devices, as far as the core calls it; implemented above this package. */
public interface DmaCookies {
    /** iommu_get_dma_cookie: 0, or -ENODEV where CONFIG_IOMMU_DMA is off (include/linux/dma-iommu.h, the stub). */
    long get(IommuDomain domain);

    /** iommu_get_msi_cookie: doorbells are mapped from this address on; 0, or -ENODEV where CONFIG_IOMMU_DMA is off. */
    default long getMsi(IommuDomain domain, long base) {
        return Errno.ENODEV.negative();
    }

    /** iommu_put_dma_cookie. */
    void put(IommuDomain domain);

    /** iommu_dma_init_fq: a DMA domain that is in use gets a flush queue. */
    default void startFlushQueue(IommuDomain domain) {}

    /**
     * iommu_dma_set_pci_32bit_workaround, which the core calls for a PCI device from v6.6 to v6.9, once, when it is probed; a
     * stub where CONFIG_IOMMU_DMA is off.
     */
    default void lookBelowFourGibFirst(Device device) {}

    /** iommu_setup_dma_ops, which the core calls from v6.10 on; a stub where CONFIG_IOMMU_DMA is off. */
    default void setUpDma(Device device) {}
}
