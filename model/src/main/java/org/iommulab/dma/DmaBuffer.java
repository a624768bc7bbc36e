package org.iommulab.dma;

import org.iommulab.bus.Device;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** Memory that a device may reach: where it is, and under which address the device was told to find it. */
public final class DmaBuffer extends SimObject {
    private final Device device;
    private final long physical;
    private final long bytes;
    private final long address;
    private final boolean allocated;

    DmaBuffer(Machine machine, Device device, long physical, long bytes, long address, boolean allocated) {
        super(machine);
        this.device = device;
        this.physical = physical;
        this.bytes = bytes;
        this.address = address;
        this.allocated = allocated;
    }

    @Override
    public String label() {
        return "buffer of " + device.label();
    }

    public Device device() {
        return device;
    }

    public long physical() {
        return physical;
    }

    public long bytes() {
        return bytes;
    }

    /** The bus address that the driver was given; {@link DmaOps#ERROR} when mapping failed. */
    public long address() {
        return address;
    }

    public boolean isMapped() {
        return address != DmaOps.ERROR;
    }

    boolean isAllocated() {
        return allocated;
    }
}
