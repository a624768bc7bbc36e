package org.iommulab.dma;

import org.iommulab.bus.Device;
import org.iommulab.sim.Machine;

/** dma-direct: the bus address is the physical address (kernel/dma/direct.c). What dev.dma_ops == NULL selects. */
public final class DirectDma extends DmaOps {
    public DirectDma(Machine machine) {
        super(machine);
    }

    @Override
    public String label() {
        return "dma-direct";
    }

    @Override
    public long map(Device device, long physical, long bytes, DmaDirection direction) {
        return physical;
    }

    @Override
    public void unmap(Device device, long address, long bytes) {}

    @Override
    public boolean hasLists() {
        return true;
    }
}
