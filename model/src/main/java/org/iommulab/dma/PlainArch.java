package org.iommulab.dma;

import org.iommulab.bus.Device;

/** An architecture whose arch_setup_dma_ops and arch_teardown_dma_ops leave dev.dma_ops alone: NULL, so dma-direct. */
public final class PlainArch implements ArchDma {
    @Override
    public void setup(Device device, long base, long size, boolean iommu) {}

    @Override
    public void teardown(Device device) {}
}
