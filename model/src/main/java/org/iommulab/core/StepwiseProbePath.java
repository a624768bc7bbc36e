package org.iommulab.core;

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
import org.iommulab.sim.Term;

/**
 * A device joins its group first and is given a default domain afterwards, if there is one (drivers/iommu/iommu.c, v6.1
 * to v6.4: __iommu_probe_device, iommu_probe_device, iommu_group_add_device, iommu_release_device).
 */
final class StepwiseProbePath implements ProbePath {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term BUS_PROBE = Term.function("bus_iommu_probe", IOMMU_C);
    private static final Term PROBE_INNER = Term.function("__iommu_probe_device", IOMMU_C);
    private static final Term ADD_DEVICE = Term.function("iommu_group_add_device", IOMMU_C);
    private static final Term REMOVING = LogText.of("<6>Removing from iommu group %d");
    private static final Term FAILED_TO_ADD = LogText.of("<3>Failed to add to iommu group %d: %d");

    private final Kernel kernel;
    private final Probing probing;
    private final Domains domains;
    private final DefaultDomains defaults;
    private final DeviceAttach attach;
    private final DirectMappings direct;

    StepwiseProbePath(
            Kernel kernel,
            Probing probing,
            Domains domains,
            DefaultDomains defaults,
            DeviceAttach attach,
            DirectMappings direct) {
        this.kernel = kernel;
        this.probing = probing;
        this.domains = domains;
        this.defaults = defaults;
        this.attach = attach;
        this.direct = direct;
    }

    @Override
    public long walk(List<Device> bus) {
        return kernel.call(BUS_PROBE, probing, () -> {
            Set<Group> fresh = new LinkedHashSet<>();
            for (Device device : bus) {
                if (Group.of(device).isPresent()) {
                    continue;
                }
                long error = join(device, Optional.of(fresh));
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
            defaults.allocForGroup(group, defaults.typeFor(group));
            if (group.defaultDomain().isNull()) {
                return 0;
            }
            IommuDomain domain = group.defaultDomain().require();
            // iommu_group_create_direct_mappings: what fails is not passed on
            group.devices().toList().forEach(device -> direct.create(domain, device));
            return attach.firstOfEach(group, domain);
        });
        if (error == 0 && !group.defaultDomain().isNull()) {
            group.devices().toList().forEach(Probing::finalizeProbe);
        }
        return error;
    }

    @Override
    public long probe(Device device) {
        long error = join(device, Optional.empty());
        if (error != 0) {
            return error;
        }
        Group group = Group.of(device).orElseThrow();
        error = group.mutex().with(() -> {
            defaults.allocFor(group, device); // its error is ignored: no default domain is a way of life up to v6.6
            if (group.defaultDomain().isNull()) {
                return 0;
            }
            IommuDomain domain = group.defaultDomain().require();
            long failed = group.owner().isNull() ? firstAttach(domain, device) : 0;
            if (failed == 0) {
                direct.create(domain, device); // its result is ignored, too
            }
            return failed;
        });
        if (error != 0) {
            probing.releaseDevice(device);
            return error;
        }
        Probing.finalizeProbe(device);
        return 0;
    }

    private long firstAttach(IommuDomain domain, Device device) {
        return kernel.has(Behaviour.DEFERRED_ATTACH_BIT) ? attach.first(domain, device) : attach.attach(domain, device);
    }

    private long join(Device device, Optional<Set<Group>> fresh) {
        return kernel.call(PROBE_INNER, device, () -> {
            DriverOps ops = probing.opsFor(device).orElseThrow();
            DevIommu data = DevIommu.get(device);
            OpsTable.Probed probed = ops.probeDevice(device);
            if (probed.error() != 0) {
                DevIommu.free(device);
                return probed.error();
            }
            data.instance().set(probed.iommu().orElseThrow());
            data.readMaxPasids();
            OpsTable.Grouped grouped =
                    Group.of(device).map(OpsTable.Grouped::ok).orElseGet(() -> ops.deviceGroup(device));
            if (grouped.group().isEmpty()) {
                return undoProbe(device, grouped.error());
            }
            Group group = grouped.group().get();
            long error = addDevice(group, device);
            if (error != 0) {
                return undoProbe(device, error);
            }
            if (group.defaultDomain().isNull()) {
                fresh.ifPresent(list -> list.add(group));
            }
            return 0;
        });
    }

    private static long undoProbe(Device device, long error) {
        askDriver(device);
        DevIommu.free(device);
        return error;
    }

    private long addDevice(Group group, Device device) {
        return kernel.call(ADD_DEVICE, device, group, () -> {
            device.iommuGroup().set(group);
            long error = group.mutex().with(() -> {
                group.devices().add(device);
                boolean deferred = Attaching.opsOf(device).isAttachDeferred(device);
                return group.domain().isNull() || deferred
                        ? 0
                        : attach.attach(group.domain().require(), device);
            });
            if (error != 0) {
                group.devices().remove(device);
                device.iommuGroup().setNull();
                kernel.log().line(FAILED_TO_ADD, device, group.number(), error);
                return error;
            }
            Tracepoints.group(kernel, Tracepoints.ADD_DEVICE, group, device);
            kernel.log().line(Probing.ADDING, device, group.number(), 0);
            return 0;
        });
    }

    /** Up to v6.3 the driver first, then the group. */
    @Override
    public void release(Device device) {
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
            if (group.devices().isEmpty() && !Probing.isGivenBack(group)) {
                kernel.log().warnOn(Probing.RELEASE, group);
            }
            askDriver(device);
        });
        leave(group, device);
    }

    private void leave(Group group, Device device) {
        Tracepoints.group(kernel, Tracepoints.REMOVE_DEVICE, group, device);
        device.iommuGroup().setNull();
        discardIfEmpty(group);
    }

    @Override
    public void discardIfEmpty(Group group) {
        if (group.devices().isEmpty()) {
            // iommu_group_release frees the domains that the group owns; an attached UNMANAGED one is not among them
            probing.discard(group, () -> {
                group.defaultDomain().get().ifPresent(domains::free);
                group.blockingDomain().get().ifPresent(domains::free);
            });
        }
    }
}
