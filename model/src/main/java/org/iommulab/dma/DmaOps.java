package org.iommulab.dma;

import org.iommulab.bus.Device;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** {@code struct dma_map_ops}, as far as the lab's devices use it. Addresses are physical and bus addresses. */
public abstract class DmaOps extends SimObject {
    /** DMA_MAPPING_ERROR. */
    public static final long ERROR = -1;

    protected DmaOps(Machine machine) {
        super(machine);
    }

    /** Makes pages visible to the device: the bus address, or {@link #ERROR}. */
    public abstract long map(Device device, long physical, long bytes, DmaDirection direction);

    /** Takes them away again. */
    public abstract void unmap(Device device, long address, long bytes);

    /**
     * Physical address of a table that these operations keep for the device themselves, behind the core's back; 0 without
     * one. For those who look.
     */
    public long tableOf(Device device) {
        return 0;
    }
}
