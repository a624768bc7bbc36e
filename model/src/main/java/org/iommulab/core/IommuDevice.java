package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.sim.SimObject;

/** {@code struct iommu_device}: one registered instance of IOMMU hardware, as the core knows it. */
public final class IommuDevice extends SimObject {
    private final Device device;
    private final DriverOps ops;

    /** @param device the hardware's platform device, whose name the instance carries in sysfs */
    public IommuDevice(Device device, DriverOps ops) {
        super(device.machine());
        this.device = device;
        this.ops = ops;
    }

    @Override
    public String label() {
        return device.label();
    }

    public Device device() {
        return device;
    }

    public DriverOps ops() {
        return ops;
    }
}
