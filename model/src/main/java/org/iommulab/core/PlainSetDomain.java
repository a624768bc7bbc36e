package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The one function that the series changed: {@code __iommu_group_set_domain} (drivers/iommu/iommu.c, v6.1 to v6.4).
 * What NULL means, "hand the device back to the platform", is what changed.
 */
final class PlainSetDomain implements SetDomain {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ATTACH_GROUP_LOCKED = Term.function("__iommu_attach_group", IOMMU_C);
    private static final Term SET_DOMAIN = Term.function("__iommu_group_set_domain", IOMMU_C);
    private static final Term DO_SET_PLATFORM_DMA = Term.function("iommu_group_do_set_platform_dma", IOMMU_C);
    private static final Term NO_COMPATIBLE = LogText.of("<4>iommu driver failed to attach a compatible domain");

    private final Kernel kernel;
    private final DeviceAttach attach;
    private final WarnOnce neitherCallback;
    private final BlockingForNone blocking;

    PlainSetDomain(Kernel kernel, DeviceAttach attach, Domains domains) {
        this.blocking = new BlockingForNone(domains, attach);
        this.kernel = kernel;
        this.attach = attach;
        this.neitherCallback = new WarnOnce(kernel, SET_DOMAIN);
    }

    @Override
    public long attach(Group group, IommuDomain domain) {
        long error = attach.attachEach(group, domain);
        if (error == 0) {
            group.domain().set(domain);
            return 0;
        }
        // back to the domain before; for a group that had none this asks for nothing at all
        Optional<IommuDomain> old = group.domain().get();
        group.domain().setNull();
        if (set(group, old) != 0) {
            kernel.log().warn(ATTACH_GROUP_LOCKED, NO_COMPATIBLE, group, 0);
        }
        return error;
    }

    @Override
    public void setOrWarn(Group group, Optional<IommuDomain> domain, Term caller, Term text) {
        if (set(group, domain) != 0) {
            kernel.log().warn(caller, text, group, 0);
        }
    }

    @Override
    public long set(Group group, Optional<IommuDomain> domain) {
        long argument = domain.map(SimObject::id).orElse(0);
        return kernel.machine().call(Lane.CORE, SET_DOMAIN, group, argument, 0, () -> {
            if (group.domain().id() == argument) {
                return 0;
            }
            if (domain.isEmpty()) {
                return kernel.has(Behaviour.BLOCKING_DOMAIN_FOR_NONE) ? blocking.set(group) : setNoDomain(group);
            }
            long error = attach.attachEach(group, domain.get());
            if (error == 0) {
                group.domain().set(domain.get());
            }
            return error;
        });
    }

    private long setNoDomain(Group group) {
        boolean detachDev = kernel.has(Behaviour.DETACH_DEV);
        boolean setPlatform = kernel.has(Behaviour.SET_PLATFORM_DMA_OPS);
        IommuDomain old = group.domain().require();
        if (kernel.has(Behaviour.SET_PLATFORM_DMA_CAN_FAIL)) {
            if (!handsBackEach(group)) {
                return detachOrFail(group, old);
            }
        } else if (detachDev && !setPlatform) {
            return detachOrFail(group, old);
        } else if (detachDev) {
            handBackOrDetach(group, old);
        } else {
            // P5 without P2 has no op to call at all: every device warns (the lab's convention, see the decision
            // record)
            handBackEach(group, setPlatform);
        }
        group.domain().setNull();
        return 0;
    }

    private long detachOrFail(Group group, IommuDomain old) {
        if (!old.ops().require().has(Callback.DETACH_DEV)) {
            old.ops().require().missing(Callback.DETACH_DEV, group);
            kernel.log().warnOn(SET_DOMAIN, group);
            return Errno.EINVAL.negative();
        }
        detachEach(group, old);
        group.domain().setNull();
        return 0;
    }

    /**
     * As version 4 of the series tries it before detach_dev: false when a device's driver has no such callback. What is done
     * with those before it is not known from the postings; here they stay handed back.
     */
    private boolean handsBackEach(Group group) {
        boolean all = true;
        for (Device device : group.devices().toList()) {
            DriverOps ops = Attaching.opsOf(device);
            boolean has = ops.has(Callback.SET_PLATFORM_DMA_OPS);
            kernel.machine().call(Lane.CORE, DO_SET_PLATFORM_DMA, device, 0, 0, () -> {
                if (has) {
                    ops.onDevice(Callback.SET_PLATFORM_DMA_OPS, device);
                    return 0;
                }
                ops.missing(Callback.SET_PLATFORM_DMA_OPS, device);
                return Errno.EINVAL.negative();
            });
            all &= has;
        }
        return all;
    }

    private void handBackOrDetach(Group group, IommuDomain old) {
        Optional<Device> first = group.devices().toList().stream().findFirst();
        if (first.filter(device -> Attaching.opsOf(device).has(Callback.SET_PLATFORM_DMA_OPS))
                .isPresent()) {
            handBackEach(group, true);
        } else if (old.ops().require().has(Callback.DETACH_DEV)) {
            detachEach(group, old);
        } else {
            old.ops().require().missing(Callback.SET_PLATFORM_DMA_OPS, group);
            neitherCallback.fire(group);
        }
    }

    private void handBackEach(Group group, boolean opExists) {
        for (Device device : group.devices().toList()) {
            kernel.run(DO_SET_PLATFORM_DMA, device, () -> {
                DriverOps ops = Attaching.opsOf(device);
                if (opExists && ops.has(Callback.SET_PLATFORM_DMA_OPS)) {
                    ops.onDevice(Callback.SET_PLATFORM_DMA_OPS, device);
                } else {
                    ops.missing(Callback.SET_PLATFORM_DMA_OPS, device);
                    kernel.log().warnOn(DO_SET_PLATFORM_DMA, device);
                }
            });
        }
    }

    private void detachEach(Group group, IommuDomain old) {
        for (Device device : group.devices().toList()) {
            DriverOps ops = Attaching.opsOf(device);
            if (!kernel.has(Behaviour.DEFERRED_ATTACH_BIT) && ops.isAttachDeferred(device)) {
                continue;
            }
            old.ops().require().detachDev(old, device);
            Tracepoints.device(kernel, Tracepoints.DETACH_DEVICE, device);
        }
    }
}
