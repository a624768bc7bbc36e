package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * Groups that somebody else than an IOMMU driver makes, for a device that has none (iommu_group_alloc,
 * iommu_group_set_name, iommu_group_add_device, iommu_group_remove_device). There is no domain in them: nothing is translated.
 */
public final class BareGroups {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ADD = Term.function("iommu_group_add_device", IOMMU_C);
    private static final Term REMOVE = Term.function("iommu_group_remove_device", IOMMU_C);
    private static final Term REMOVING = LogText.of("<6>Removing from iommu group %d");

    private final Kernel kernel;
    private final Probing probing;

    BareGroups(Kernel kernel, Probing probing) {
        this.kernel = kernel;
        this.probing = probing;
    }

    /** A new group of that name with this device in it. */
    public Group make(String name, Device device) {
        Group group = probing.newGroup();
        GroupName.set(kernel, group, name);
        kernel.run(ADD, device, group, () -> {
            device.iommuGroup().set(group);
            group.mutex().run(() -> group.devices().add(device));
            Tracepoints.group(kernel, Tracepoints.ADD_DEVICE, group, device);
            kernel.log().line(Probing.ADDING, device, group.number(), 0);
        });
        return group;
    }

    /** The device is as it was; the group stays as long as its maker keeps it. */
    public void remove(Device device) {
        Group group = Group.of(device).orElseThrow();
        kernel.run(REMOVE, device, group, () -> {
            kernel.log().line(REMOVING, device, group.number(), 0);
            group.mutex().run(() -> group.devices().remove(device));
            Tracepoints.group(kernel, Tracepoints.REMOVE_DEVICE, group, device);
            device.iommuGroup().setNull();
        });
    }

    /** iommu_group_put, by its maker, of an empty group: it is gone. */
    public void put(Group group) {
        probing.discard(group, () -> {});
    }
}
