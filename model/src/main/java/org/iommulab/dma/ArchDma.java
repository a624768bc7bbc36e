package org.iommulab.dma;

import org.iommulab.bus.Device;

/** The architecture's hooks around a probe: arch_setup_dma_ops and arch_teardown_dma_ops. */
public interface ArchDma {
    /** @param iommu whether the firmware gave the device an IOMMU that is there */
    void setup(Device device, long base, long size, boolean iommu);

    void teardown(Device device);
}
