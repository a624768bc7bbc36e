package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct iommu_device}: one registered instance of IOMMU hardware, as the core knows it. */
public final class IommuDevice extends SimObject {
    private final Device device;
    private final DriverOps ops;
    private final boolean firmwareNode;
    private final RefCell<Group> singletonGroup;
    private final LongCell maxPasids;

    /**
     * An instance that the firmware's descriptions of other devices can name.
     *
     * @param device the hardware's platform device, whose name the instance carries in sysfs
     */
    public IommuDevice(Device device, DriverOps ops) {
        this(device, ops, true);
    }

    private IommuDevice(Device device, DriverOps ops, boolean firmwareNode) {
        super(device.machine());
        this.device = device;
        this.ops = ops;
        this.firmwareNode = firmwareNode;
        this.singletonGroup = new RefCell<>(this, Lane.CORE, Term.reference("iommu.singleton_group"), Group.class);
        this.maxPasids = new LongCell(this, Lane.CORE, Term.count("iommu.max_pasids"));
    }

    /** An instance that its driver registers without a firmware node: it is asked about devices that name no IOMMU. */
    public static IommuDevice withoutFirmwareNode(Device device, DriverOps ops) {
        return new IommuDevice(device, ops, false);
    }

    boolean hasFirmwareNode() {
        return firmwareNode;
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

    /** How many PASIDs it can tell apart; 0 for none (v6.2). */
    public LongCell maxPasids() {
        return maxPasids;
    }

    /** The one group of all its devices, for {@link Probing#singleDeviceGroup}; NULL before the first. */
    RefCell<Group> singletonGroup() {
        return singletonGroup;
    }
}
