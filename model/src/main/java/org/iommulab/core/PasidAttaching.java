package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Domains for single PASIDs of a device (drivers/iommu/iommu.c, v6.2 to v6.12): all devices of the group get it. Up to v6.6
 * neither PASID 0 nor the devices' limits are tested; since which release they are is unverified, the lab does it in 6.12.
 */
public final class PasidAttaching {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ATTACH =
            Term.of("iommu_attach_device_pasid", IOMMU_C, Operand.OBJECT, Operand.DECIMAL, Operand.ERRNO);
    private static final Term DETACH =
            Term.of("iommu_detach_device_pasid", IOMMU_C, Operand.OBJECT, Operand.DECIMAL, Operand.NONE);
    private static final Term SET_GROUP =
            Term.of("__iommu_set_group_pasid", IOMMU_C, Operand.OBJECT, Operand.DECIMAL, Operand.ERRNO);
    private static final Term REMOVE_GROUP =
            Term.of("__iommu_remove_group_pasid", IOMMU_C, Operand.OBJECT, Operand.DECIMAL, Operand.NONE);

    private final Kernel kernel;
    private final boolean checks;

    PasidAttaching(Kernel kernel) {
        this.kernel = kernel;
        this.checks = kernel.since(Version.V6_12);
    }

    /** For a driver that looks for no faults: with a handle of its own where this kernel keeps handles. */
    public long attach(IommuDomain domain, Device device, int pasid) {
        return attach(
                domain, device, pasid, checks ? Optional.of(new AttachHandle(kernel.machine())) : Optional.empty());
    }

    /**
     * iommu_attach_device_pasid: -EOPNOTSUPP where the domain cannot, -ENODEV without a group, -EINVAL for PASID 0, another
     * driver's domain or a PASID that a device of the group does not have, -EBUSY when it is taken, or the driver's errno.
     *
     * @param handle under which it is found again (6.12); without one the domain is remembered
     */
    public long attach(IommuDomain domain, Device device, int pasid, Optional<AttachHandle> handle) {
        return kernel.machine().call(Lane.CORE, ATTACH, device, domain.id(), pasid, () -> {
            if (!domain.ops().require().has(Callback.SET_DEV_PASID)) {
                domain.ops().require().missing(Callback.SET_DEV_PASID, device);
                return Errno.EOPNOTSUPP.negative();
            }
            Optional<Group> found = Group.of(device);
            if (found.isEmpty()) {
                return Errno.ENODEV.negative();
            }
            Group group = found.get();
            if (checks && (pasid == PasidArray.NO_PASID || !Domains.isOfDriverOf(device, domain))) {
                return Errno.EINVAL.negative();
            }
            return group.mutex().with(() -> attachLocked(domain, group, pasid, handle));
        });
    }

    private long attachLocked(IommuDomain domain, Group group, int pasid, Optional<AttachHandle> handle) {
        if (checks && withPasids(group).stream().anyMatch(each -> pasid >= limitOf(each))) {
            return Errno.EINVAL.negative();
        }
        handle.ifPresent(own -> own.domain().setQuietly(Optional.of(domain)));
        SimObject entry = handle.<SimObject>map(own -> own).orElse(domain);
        if (!group.pasids().insert(pasid, entry)) {
            return Errno.EBUSY.negative();
        }
        long error = setAll(domain, group, pasid);
        if (error != 0) {
            group.pasids().erase(pasid);
        }
        return error;
    }

    /** A failure is taken back: from the devices that were done, up to v6.6 from all of them. */
    private long setAll(IommuDomain domain, Group group, int pasid) {
        return kernel.machine().call(Lane.CORE, SET_GROUP, group, domain.id(), pasid, () -> {
            List<Device> devices = devicesOf(group);
            for (int i = 0; i < devices.size(); i++) {
                long error = domain.ops().require().user().setDevPasid(domain, devices.get(i), pasid);
                if (error != 0) {
                    devices.subList(0, checks ? i : devices.size()).forEach(done -> remove(done, pasid, domain));
                    return error;
                }
            }
            return 0;
        });
    }

    /** iommu_detach_device_pasid: the hardware first, then the group's list. */
    public void detach(IommuDomain domain, Device device, int pasid) {
        kernel.machine()
                .run(
                        Lane.CORE,
                        DETACH,
                        device,
                        domain.id(),
                        pasid,
                        () -> Group.of(device)
                                .ifPresent(group -> group.mutex().run(() -> {
                                    removeAll(domain, group, pasid);
                                    group.pasids().erase(pasid);
                                })));
    }

    private void removeAll(IommuDomain domain, Group group, int pasid) {
        kernel.machine()
                .run(
                        Lane.CORE,
                        REMOVE_GROUP,
                        group,
                        domain.id(),
                        pasid,
                        () -> devicesOf(group).forEach(each -> remove(each, pasid, domain)));
    }

    private static void remove(Device device, int pasid, IommuDomain domain) {
        Attaching.opsOf(device).user().removeDevPasid(device, pasid, domain);
    }

    // later releases of 6.12.y leave out devices that have no PASIDs at all, 6.12.19 does not; from which release on is
    // unverified
    private List<Device> devicesOf(Group group) {
        return checks ? withPasids(group) : group.devices().toList();
    }

    private static List<Device> withPasids(Group group) {
        return group.devices().toList().stream()
                .filter(each -> limitOf(each) > 0)
                .toList();
    }

    /** {@code dev->iommu->max_pasids}: 0 for a device without PASIDs. */
    static long limitOf(Device device) {
        return DevIommu.find(device).map(data -> data.maxPasids().get()).orElse(0L);
    }
}
