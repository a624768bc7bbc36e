package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;

/** {@code struct iommu_fault_param}: a device's requests that are not answered yet. It is there while faults are handled. */
final class FaultParam extends SimObject {
    private final Device device;
    private final RefList<PageFault> partial;
    private final RefList<FaultGroup> faults;

    FaultParam(Device device) {
        super(device.machine());
        this.device = device;
        this.partial = new RefList<>(this, PageFault.class);
        this.faults = new RefList<>(this, FaultGroup.class);
    }

    @Override
    public String label() {
        return "page faults of " + device.label();
    }

    Device device() {
        return device;
    }

    /** Requests whose group is not complete. */
    RefList<PageFault> partial() {
        return partial;
    }

    /** Groups that wait for an answer. */
    RefList<FaultGroup> faults() {
        return faults;
    }
}
