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
import org.iommulab.sim.Term;

/**
 * A device joins its group and is attached to the group's domain in one step under the group's lock, or nothing of it
 * happened (drivers/iommu/iommu.c, v6.6: __iommu_probe_device, iommu_init_device, iommu_deinit_device).
 */
final class OneStepProbePath implements ProbePath {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term BUS_PROBE = Term.function("bus_iommu_probe", IOMMU_C);
    private static final Term PROBE_INNER = Term.function("__iommu_probe_device", IOMMU_C);
    private static final Term INIT = Term.function("iommu_init_device", IOMMU_C);
    private static final Term FREE_DEVICE = Term.function("__iommu_group_free_device", IOMMU_C);
    private static final Term DEINIT = Term.function("iommu_deinit_device", IOMMU_C);

    private final Kernel kernel;
    private final Probing probing;
    private final Domains domains;
    private final MandatoryDefault defaults;
    private final UnwindingSetDomain setDomain;
    private final DmaCookies dma;

    OneStepProbePath(
            Kernel kernel,
            Probing probing,
            Domains domains,
            MandatoryDefault defaults,
            UnwindingSetDomain setDomain,
            DmaCookies dma) {
        this.kernel = kernel;
        this.probing = probing;
        this.domains = domains;
        this.defaults = defaults;
        this.setDomain = setDomain;
        this.dma = dma;
    }

    @Override
    public long walk(List<Device> bus) {
        return kernel.call(BUS_PROBE, probing, () -> {
            Set<Group> fresh = new LinkedHashSet<>();
            for (Device device : bus) {
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

    // All members of a new group are there, so that all can be asked for the type of their default domain.
    private long finishGroup(Group group) {
        long error = group.mutex().with(() -> {
            long failed = defaults.setUp(group, Optional.empty());
            if (failed == 0) {
                group.devices().toList().forEach(this::setUpDma);
            }
            return failed;
        });
        if (error == 0) {
            group.devices().toList().forEach(Probing::finalizeProbe);
        }
        return error;
    }

    private void setUpDma(Device device) {
        if (kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            dma.setUpDma(device);
        }
    }

    @Override
    public long probe(Device device) {
        long error = join(device, Optional.empty());
        if (error == 0) {
            Probing.finalizeProbe(device);
        }
        return error;
    }

    private long join(Device device, Optional<Set<Group>> fresh) {
        if (Group.of(device).isPresent()) {
            return 0;
        }
        Optional<DriverOps> ops = probing.opsFor(device);
        if (ops.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        return kernel.call(PROBE_INNER, device, () -> {
            long error = kernel.call(INIT, device, () -> init(ops.get(), device));
            if (error != 0) {
                return error;
            }
            Group group = Group.of(device).orElseThrow();
            Tracepoints.group(kernel, Tracepoints.ADD_DEVICE, group, device);
            kernel.log().line(Probing.ADDING, device, group.number(), 0);
            error = group.mutex().with(() -> {
                group.devices().add(device);
                long failed = attachOrChoose(group, device, fresh);
                if (failed != 0) {
                    leave(group, device);
                } else if (!group.defaultDomain().isNull()) {
                    setUpDma(device);
                }
                return failed;
            });
            discardIfEmpty(group);
            if (error == 0 && device.pci().isPresent() && !kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
                dma.lookBelowFourGibFirst(device);
            }
            return error;
        });
    }

    private long init(DriverOps ops, Device device) {
        DevIommu data = DevIommu.get(device);
        OpsTable.Probed probed = ops.probeDevice(device);
        if (probed.error() != 0) {
            DevIommu.free(device);
            return probed.error();
        }
        data.instance().set(probed.iommu().orElseThrow());
        data.readMaxPasids();
        OpsTable.Grouped grouped = ops.deviceGroup(device);
        if (grouped.group().isEmpty()) {
            if (ops.has(Callback.RELEASE_DEVICE)) {
                ops.onDevice(Callback.RELEASE_DEVICE, device);
            }
            DevIommu.free(device);
            return grouped.error();
        }
        device.iommuGroup().set(grouped.group().get());
        data.attachDeferred().set(ops.isAttachDeferred(device));
        return 0;
    }

    private long attachOrChoose(Group group, Device device, Optional<Set<Group>> fresh) {
        if (!group.defaultDomain().isNull()) {
            defaults.mapDirect(group, device);
        }
        if (!group.domain().isNull()) {
            return setDomain.setOne(group, device, group.domain().require(), false);
        }
        if (!group.defaultDomain().isNull()) {
            kernel.log().warnOn(PROBE_INNER, group);
            return 0;
        }
        if (fresh.isEmpty()) {
            return defaults.setUp(group, Optional.empty());
        }
        fresh.get().add(group);
        return 0;
    }

    @Override
    public void release(Device device) {
        Group group = Group.of(device).orElseThrow();
        group.mutex().run(() -> leave(group, device));
        discardIfEmpty(group);
    }

    private void leave(Group group, Device device) {
        group.devices().remove(device);
        Tracepoints.group(kernel, Tracepoints.REMOVE_DEVICE, group, device);
        if (group.devices().isEmpty() && !Probing.isGivenBack(group)) {
            kernel.log().warnOn(FREE_DEVICE, group);
        }
        kernel.run(DEINIT, device, () -> deinit(group, device));
    }

    private void deinit(Group group, Device device) {
        DriverOps ops = Attaching.opsOf(device);
        boolean deferred = DevIommu.find(device).orElseThrow().attachDeferred().get();
        if (kernel.has(Behaviour.RELEASE_DOMAIN) && !deferred) {
            // called directly: no tracepoint, and nobody looks at the result
            ops.staticDomain(Callback.RELEASE_DOMAIN)
                    .ifPresent(domain -> domain.ops().require().attachDev(domain, device));
        }
        if (ops.has(Callback.RELEASE_DEVICE)) {
            ops.onDevice(Callback.RELEASE_DEVICE, device);
        }
        if (group.devices().isEmpty()) {
            freeOwned(group);
        }
        device.iommuGroup().setNull();
        DevIommu.free(device);
        device.dmaIommu().set(false);
    }

    private void freeOwned(Group group) {
        Optional<IommuDomain> owned = group.defaultDomain().get();
        owned.ifPresent(domains::free);
        group.defaultDomain().setNull();
        group.blockingDomain().get().ifPresent(domains::free);
        group.blockingDomain().setNull();
        group.domain().setNull();
    }

    @Override
    public void discardIfEmpty(Group group) {
        if (group.devices().isEmpty()) {
            probing.discard(group, () -> {});
        }
    }
}
