package org.iommulab.bus.pci;

import org.iommulab.bus.Device;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** What an architecture does about functions itself: its pcibios_ functions. */
public abstract class Pcibios extends SimObject {
    protected Pcibios(Machine machine) {
        super(machine);
    }

    /** pcibios_device_add: before the function is added to the bus, so before the IOMMU core hears of it. */
    public abstract void deviceAdd(Device device);
}
