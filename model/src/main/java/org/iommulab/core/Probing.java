package org.iommulab.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * How a device gets a group and a default domain, and how it leaves (drivers/iommu/iommu.c, v6.1 to v6.4:
 * iommu_device_register, bus_iommu_probe, iommu_probe_device, __iommu_probe_device, iommu_group_add_device,
 * iommu_release_device).
 */
public final class Probing extends SimObject {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term REGISTER = Term.function("iommu_device_register", IOMMU_C);
    private static final Term BUS_PROBE = Term.function("bus_iommu_probe", IOMMU_C);
    private static final Term PROBE = Term.function("iommu_probe_device", IOMMU_C);
    private static final Term PROBE_INNER = Term.function("__iommu_probe_device", IOMMU_C);
    private static final Term ADD_DEVICE = Term.function("iommu_group_add_device", IOMMU_C);
    private static final Term RELEASE = Term.function("iommu_release_device", IOMMU_C);
    private static final Term ADDING = LogText.of("<6>Adding to iommu group %d");
    private static final Term REMOVING = LogText.of("<6>Removing from iommu group %d");
    private static final Term FAILED_TO_ADD = LogText.of("<3>Failed to add to iommu group %d: %d");

    private final Kernel kernel;
    private final Domains domains;
    private final DefaultDomains defaults;
    private final Attaching attaching;
    private final RefCell<DriverOps> busOps;
    private final RefList<IommuDevice> instances;
    private final RefList<Group> groups;
    private final LongCell usedNumbers;

    Probing(Kernel kernel, Domains domains, DefaultDomains defaults, Attaching attaching) {
        super(kernel.machine());
        this.kernel = kernel;
        this.domains = domains;
        this.defaults = defaults;
        this.attaching = attaching;
        busOps = new RefCell<>(this, Lane.CORE, Term.reference("bus.iommu_ops"), DriverOps.class);
        instances = new RefList<>(this, IommuDevice.class);
        groups = new RefList<>(this, Group.class);
        usedNumbers = new LongCell(this, Lane.CORE, Term.count("group numbers"));
    }

    @Override
    public String label() {
        return "iommu core";
    }

    /** Groups that exist, in the order in which they were made. */
    public RefList<Group> groups() {
        return groups;
    }

    public RefList<IommuDevice> instances() {
        return instances;
    }

    /** iommu_device_register: the ops go to the bus, the bus is walked; one IOMMU driver a system up to v6.7. */
    public long register(IommuDevice iommu, List<Device> bus) {
        return kernel.call(REGISTER, iommu, () -> {
            if (!busOps.isNull() && !busOps.is(iommu.ops())) {
                return Errno.EBUSY.negative();
            }
            instances.add(iommu);
            busOps.set(iommu.ops());
            return busProbe(bus);
        });
    }

    private long busProbe(List<Device> bus) {
        return kernel.call(BUS_PROBE, this, () -> {
            Set<Group> fresh = new LinkedHashSet<>();
            for (Device device : bus) {
                if (Group.of(device).isPresent()) {
                    continue;
                }
                long error = probeInner(device, Optional.of(fresh));
                if (error != 0 && error != Errno.ENODEV.negative()) {
                    return error;
                }
            }
            for (Group group : fresh) {
                long error = finishGroup(group);
                if (error != 0) {
                    return error;
                }
            }
            return 0;
        });
    }

    // The pass over new groups: type, allocation, attach; a group without a default domain is left as it is.
    private long finishGroup(Group group) {
        long error = group.mutex().with(() -> {
            DomainType type = groupType(group);
            defaults.allocForGroup(group, type);
            return group.defaultDomain().isNull()
                    ? 0
                    : attaching.attachDefault(group, group.defaultDomain().require());
        });
        if (error == 0 && !group.defaultDomain().isNull()) {
            group.devices().toList().forEach(this::finalizeProbe);
        }
        return error;
    }

    private DomainType groupType(Group group) {
        for (Device device : group.devices().toList()) {
            Optional<DomainType> wish = Attaching.opsOf(device).defDomainType(device);
            if (wish.isPresent()) {
                return wish.get();
            }
        }
        return defaults.globalType();
    }

    /** iommu_probe_device: a device that appeared after the bus was walked, or whose firmware was only read now. */
    public long probeDevice(Device device) {
        if (busOps.isNull()) {
            return Errno.ENODEV.negative();
        }
        return kernel.call(PROBE, device, () -> {
            long error = probeInner(device, Optional.empty());
            if (error != 0) {
                return error;
            }
            Group group = Group.of(device).orElseThrow();
            error = group.mutex().with(() -> {
                defaults.allocFor(group, device); // its error is ignored: no default domain is a way of life up to v6.6
                if (group.defaultDomain().isNull() || !group.owner().isNull()) {
                    return 0;
                }
                IommuDomain domain = group.defaultDomain().require();
                return kernel.has(Behaviour.DEFERRED_ATTACH_BIT)
                        ? attaching.firstAttach(domain, device)
                        : attaching.attachDeviceLocked(domain, device);
            });
            if (error != 0) {
                releaseDevice(device);
                return error;
            }
            finalizeProbe(device);
            return 0;
        });
    }

    private void finalizeProbe(Device device) {
        DriverOps ops = Attaching.opsOf(device);
        if (ops.has(Callback.PROBE_FINALIZE)) {
            ops.onDevice(Callback.PROBE_FINALIZE, device);
        }
    }

    private long probeInner(Device device, Optional<Set<Group>> fresh) {
        return kernel.call(PROBE_INNER, device, () -> {
            DriverOps ops = busOps.require();
            DevIommu data = DevIommu.get(device);
            OpsTable.Probed probed = ops.probeDevice(device);
            if (probed.error() != 0) {
                DevIommu.free(device);
                return probed.error();
            }
            data.instance().set(probed.iommu().orElseThrow());
            Group group = Group.of(device).orElseGet(() -> ops.deviceGroup(device));
            long error = addDevice(group, device);
            if (error != 0) {
                if (ops.has(Callback.RELEASE_DEVICE)) {
                    ops.onDevice(Callback.RELEASE_DEVICE, device);
                }
                DevIommu.free(device);
                return error;
            }
            if (group.defaultDomain().isNull()) {
                fresh.ifPresent(list -> list.add(group));
            }
            return 0;
        });
    }

    /** generic_device_group: always a new group. */
    public Group newGroup() {
        var group = new Group(kernel, smallestFreeNumber());
        groups.add(group);
        return group;
    }

    // ida_alloc: the smallest free number. The lab's boards have at most 63 groups at a time.
    private int smallestFreeNumber() {
        long used = usedNumbers.get();
        int number = Long.numberOfTrailingZeros(~used);
        usedNumbers.setQuietly(used | 1L << number);
        return number;
    }

    private long addDevice(Group group, Device device) {
        return kernel.call(ADD_DEVICE, device, group, () -> {
            device.iommuGroup().set(group);
            long error = group.mutex().with(() -> {
                group.devices().add(device);
                boolean deferred = Attaching.opsOf(device).isAttachDeferred(device);
                return group.domain().isNull() || deferred
                        ? 0
                        : attaching.attachDeviceLocked(group.domain().require(), device);
            });
            if (error != 0) {
                group.devices().remove(device);
                device.iommuGroup().setNull();
                kernel.log().line(FAILED_TO_ADD, device, group.number(), error);
                return error;
            }
            Tracepoints.group(kernel, Tracepoints.ADD_DEVICE, group, device);
            kernel.log().line(ADDING, device, group.number(), 0);
            return 0;
        });
    }

    /** iommu_release_device: up to v6.3 the driver first, then the group. */
    public void releaseDevice(Device device) {
        if (DevIommu.find(device).filter(dev -> !dev.instance().isNull()).isEmpty()) {
            return;
        }
        kernel.run(RELEASE, device, () -> {
            if (kernel.has(Behaviour.RELEASE_UNDER_GROUP_LOCK)) {
                releaseMember(Group.of(device).orElseThrow(), device);
            } else {
                askDriver(device);
                Group.of(device).ifPresent(group -> {
                    kernel.log().line(REMOVING, device, group.number(), 0);
                    group.devices().remove(device);
                    leave(group, device);
                });
            }
            DevIommu.free(device);
        });
    }

    private static void askDriver(Device device) {
        DriverOps ops = Attaching.opsOf(device);
        if (ops.has(Callback.RELEASE_DEVICE)) {
            ops.onDevice(Callback.RELEASE_DEVICE, device);
        }
    }

    // v6.4: off the list, the driver, the links; an emptied group must have been given back
    private void releaseMember(Group group, Device device) {
        group.mutex().run(() -> {
            group.devices().remove(device);
            if (group.devices().isEmpty()
                    && (group.ownerCount().isSet() || !group.domain().same(group.defaultDomain()))) {
                kernel.log().warnOn(RELEASE, group);
            }
            askDriver(device);
        });
        leave(group, device);
    }

    private void leave(Group group, Device device) {
        Tracepoints.group(kernel, Tracepoints.REMOVE_DEVICE, group, device);
        device.iommuGroup().setNull();
        if (group.devices().isEmpty()) {
            // iommu_group_release frees the domains that the group owns; an attached UNMANAGED one is not among them
            group.defaultDomain().get().ifPresent(domains::free);
            group.blockingDomain().get().ifPresent(domains::free);
            usedNumbers.setQuietly(usedNumbers.get() & ~(1L << group.number()));
            groups.remove(group);
            group.gone().set(true);
        }
    }

    /** Groups and instances as lists, for those who look. */
    public List<Group> groupList() {
        return new ArrayList<>(groups.toList());
    }
}
