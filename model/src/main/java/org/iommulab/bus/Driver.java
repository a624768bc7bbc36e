package org.iommulab.bus;

import java.util.Optional;
import org.iommulab.bus.pci.SriovConfigure;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** A device driver. */
public abstract class Driver extends SimObject {
    private final String name;

    protected Driver(Machine machine, String name) {
        super(machine);
        this.name = name;
    }

    @Override
    public String label() {
        return name;
    }

    public final String name() {
        return name;
    }

    /** Whether the kernel has it at all; a driver that came with a later release never registers. */
    public boolean isBuilt() {
        return true;
    }

    /** Whether the driver takes care of DMA ownership itself, as vfio drivers do ({@code driver_managed_dma}). */
    public boolean managesDma() {
        return false;
    }

    /** Whether it wants this device without being told by driver_override. */
    public abstract boolean matches(Device device);

    /** 0, or a negative errno; -EPROBE_DEFER asks to be tried again later. */
    public abstract long probe(Device device);

    /**
     * The device is unbound. Where it is in use, remove only says so; it is called again when the use has ended.
     */
    public void remove(Device device) {}

    /** Whether remove has to wait, because somebody still uses the device. */
    public boolean isInUse(Device device) {
        return false;
    }

    /** Its {@code sriov_configure}; empty for a driver that makes no virtual functions. */
    public Optional<SriovConfigure> sriovConfigure() {
        return Optional.empty();
    }
}
