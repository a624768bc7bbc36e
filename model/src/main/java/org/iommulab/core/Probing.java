package org.iommulab.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Which IOMMU drivers there are, whose device a device is, and the groups (drivers/iommu/iommu.c: iommu_device_register
 * and the callers of the probe). What a probe does is {@link ProbePath}.
 */
public final class Probing extends SimObject {
    private static final Term REGISTER = Term.function("iommu_device_register", "drivers/iommu/iommu.c");
    private static final Term UNREGISTER = Term.function("iommu_device_unregister", "drivers/iommu/iommu.c");
    private static final Term PROBE = Term.function("iommu_probe_device", "drivers/iommu/iommu.c");
    static final Term RELEASE = Term.function("iommu_release_device", "drivers/iommu/iommu.c");
    private static final Term GROUP_ALLOC = ofGroup("iommu_group_alloc");
    private static final Term GROUP_RELEASE = ofGroup("iommu_group_release");
    private static final Term GENERIC_GROUP = ofGroup("generic_device_group");
    private static final Term PCI_GROUP = ofGroup("pci_device_group");
    static final Term ADDING = LogText.of("<6>Adding to iommu group %d");

    private final Kernel kernel;
    private final RefCell<DriverOps> busOps;
    private final RefList<IommuDevice> instances;
    private final RefList<Group> groups;
    private final GroupNumbers numbers;
    private final ProbePath path;

    Probing(Kernel kernel, Function<Probing, ProbePath> path) {
        super(kernel.machine());
        this.kernel = kernel;
        busOps = new RefCell<>(this, Lane.CORE, Term.reference("bus.iommu_ops"), DriverOps.class);
        instances = new RefList<>(this, IommuDevice.class);
        groups = new RefList<>(this, Group.class);
        numbers = new GroupNumbers(kernel.machine());
        this.path = path.apply(this);
    }

    private static Term ofGroup(String function) {
        return Term.of(function, "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
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

    /**
     * iommu_device_register: each bus that has devices is walked for those of this IOMMU, the platform bus before PCI. Up
     * to v6.7 the ops go to the bus, and there is one IOMMU driver a system.
     *
     * @param devices all that are there, in the order of their buses
     */
    public long register(IommuDevice iommu, List<Device> devices) {
        return kernel.call(REGISTER, iommu, () -> {
            boolean onBus = !kernel.has(Behaviour.OPS_BY_FWSPEC);
            if (onBus && !busOps.isNull() && !busOps.is(iommu.ops())) {
                return Errno.EBUSY.negative();
            }
            instances.add(iommu);
            if (onBus) {
                busOps.set(iommu.ops());
            }
            long error = walk(devices);
            if (error != 0) {
                unregister(iommu, devices);
            }
            return error;
        });
    }

    /** bus_iommu_probe of each bus; also for a driver that does not register each of its IOMMUs (up to v6.12). */
    public long walk(List<Device> devices) {
        Map<Boolean, List<Device>> byBus =
                devices.stream().collect(Collectors.partitioningBy(d -> d.pci().isPresent()));
        for (boolean pci : new boolean[] {false, true}) {
            List<Device> bus = byBus.getOrDefault(pci, List.of());
            long error = bus.isEmpty() ? 0 : path.walk(bus);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }

    /**
     * iommu_device_unregister: the devices behind the instance go first, then its reference to the group of all of them. What
     * the bus knows of its driver stays.
     */
    public void unregister(IommuDevice iommu, List<Device> bus) {
        kernel.run(UNREGISTER, iommu, () -> {
            for (Device device : bus) {
                if (DevIommu.find(device)
                        .filter(data -> data.instance().is(iommu))
                        .isPresent()) {
                    releaseDevice(device);
                }
            }
            instances.remove(iommu);
            iommu.singletonGroup().get().ifPresent(single -> {
                iommu.singletonGroup().setNull();
                put(single);
            });
        });
    }

    /**
     * Whose device it is: the bus' IOMMU driver up to v6.7; then the driver of the instance that its fwspec names, or,
     * without an fwspec, of an instance that the firmware does not name either.
     */
    Optional<DriverOps> opsFor(Device device) {
        if (!kernel.has(Behaviour.OPS_BY_FWSPEC)) {
            return busOps.get();
        }
        boolean named =
                DevIommu.find(device).filter(data -> data.fwspec().get()).isPresent();
        return instances.toList().stream()
                .filter(instance -> named
                        ? instance.label().equals(device.iommus().getFirst().unit())
                        : !instance.hasFirmwareNode())
                .map(IommuDevice::ops)
                .findFirst();
    }

    /** {@code platform_bus_type.iommu_ops}, up to v6.7: the one IOMMU driver of the bus, once it has registered. */
    public Optional<DriverOps> busOps() {
        return busOps.get();
    }

    /** iommu_probe_device: a device that appeared after the bus was walked, or whose firmware was only read now. */
    public long probeDevice(Device device) {
        return kernel.call(
                PROBE, device, () -> opsFor(device).isEmpty() ? Errno.ENODEV.negative() : path.probe(device));
    }

    /** iommu_release_device, of every device that leaves its bus: one that no IOMMU driver has had has nothing to give. */
    public void releaseDevice(Device device) {
        kernel.run(RELEASE, device, () -> {
            if (DevIommu.find(device).filter(dev -> !dev.instance().isNull()).isPresent()) {
                path.release(device);
            } else {
                DevIommu.free(device);
            }
        });
    }

    static void finalizeProbe(Device device) {
        DriverOps ops = Attaching.opsOf(device);
        if (ops.has(Callback.PROBE_FINALIZE)) {
            ops.onDevice(Callback.PROBE_FINALIZE, device);
        }
    }

    /** Whether nobody holds a group and nothing but its default domain is attached, as it must be when it dies. */
    static boolean isGivenBack(Group group) {
        return !group.ownerCount().isSet() && group.domain().same(group.defaultDomain());
    }

    /** generic_device_group: always a new group. */
    public Group genericDeviceGroup(Device device) {
        return chosen(GENERIC_GROUP, device, this::newGroup);
    }

    /** iommu_group_alloc, by somebody who keeps the reference: the group outlives its devices. */
    public Group newHeldGroup() {
        Group made = newGroup();
        made.held().set(true);
        return made;
    }

    /** iommu_group_put of the reference of {@link #newHeldGroup}: without devices the group ends. */
    public void put(Group group) {
        group.held().set(false);
        path.discardIfEmpty(group);
    }

    /** iommu_group_alloc. */
    public Group newGroup() {
        return chosen(GROUP_ALLOC, this, () -> {
            var group = new Group(kernel, numbers.take());
            groups.add(group);
            return group;
        });
    }

    /** pci_device_group: the group of what the device cannot be told or kept apart from, or a new one. */
    public Group pciDeviceGroup(Device device, PciTopology pci) {
        return chosen(PCI_GROUP, device, () -> new PciGroups(pci).groupFor(device, this::newGroup));
    }

    private Group chosen(Term function, SimObject about, Supplier<Group> choice) {
        long id = kernel.call(function, about, () -> choice.get().id());
        return (Group) kernel.machine().object((int) id);
    }

    /**
     * generic_single_device_group (v6.7): one group for all devices of an IOMMU instance. The instance has a reference
     * of its own.
     */
    public Group singleDeviceGroup(Device device) {
        RefCell<Group> single =
                DevIommu.find(device).orElseThrow().instance().require().singletonGroup();
        if (single.isNull()) {
            single.set(newHeldGroup());
        }
        return single.require();
    }

    /**
     * A device's reference is gone, the last one unless the IOMMU has one too: iommu_group_release. The number is free
     * again.
     *
     * @param free what of the group's is given back with it
     */
    void discard(Group group, Runnable free) {
        if (group.held().get()) {
            return;
        }
        kernel.run(GROUP_RELEASE, group, () -> {
            numbers.giveBack(group.number());
            free.run();
            groups.remove(group);
            group.gone().set(true);
        });
    }

    /** Groups and instances as lists, for those who look. */
    public List<Group> groupList() {
        return new ArrayList<>(groups.toList());
    }
}
