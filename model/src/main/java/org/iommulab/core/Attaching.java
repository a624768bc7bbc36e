package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Attaching and detaching, and the one function that the series changed: {@code __iommu_group_set_domain}
 * (drivers/iommu/iommu.c, v6.1 to v6.4).
 */
public final class Attaching {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ATTACH_DEVICE = Term.function("iommu_attach_device", IOMMU_C);
    private static final Term DETACH_DEVICE = Term.function("iommu_detach_device", IOMMU_C);
    private static final Term ATTACH_GROUP = Term.function("iommu_attach_group", IOMMU_C);
    private static final Term DETACH_GROUP = Term.function("iommu_detach_group", IOMMU_C);
    private static final Term ATTACH_GROUP_LOCKED = Term.function("__iommu_attach_group", IOMMU_C);
    private static final Term SET_DOMAIN = Term.function("__iommu_group_set_domain", IOMMU_C);
    private static final Term SET_CORE_DOMAIN = Term.function("__iommu_group_set_core_domain", IOMMU_C);
    private static final Term DO_SET_PLATFORM_DMA = Term.function("iommu_group_do_set_platform_dma", IOMMU_C);
    private static final Term DEFERRED_ATTACH = Term.function("iommu_deferred_attach", IOMMU_C);
    private static final Term NO_DEFAULT = LogText.of("<4>iommu driver failed to attach the default/blocking domain");
    private static final Term NO_COMPATIBLE = LogText.of("<4>iommu driver failed to attach a compatible domain");

    private final Kernel kernel;
    private final WarnOnce neitherCallback;

    Attaching(Kernel kernel) {
        this.kernel = kernel;
        this.neitherCallback = new WarnOnce(kernel, SET_DOMAIN);
    }

    /** iommu_attach_device: 0, -ENODEV without a group, -EINVAL in a shared group, -EBUSY, or the driver's errno. */
    public long attachDevice(IommuDomain domain, Device device) {
        return kernel.call(ATTACH_DEVICE, device, domain, () -> {
            Optional<Group> group = Group.of(device);
            if (group.isEmpty()) {
                return Errno.ENODEV.negative();
            }
            return group.get()
                    .mutex()
                    .with(() -> group.get().devices().size() != 1
                            ? Errno.EINVAL.negative()
                            : attachGroupLocked(domain, group.get()));
        });
    }

    /** iommu_detach_device: returns nothing, so no caller learns whether it worked. */
    public void detachDevice(IommuDomain domain, Device device) {
        kernel.run(
                DETACH_DEVICE,
                device,
                domain,
                () -> Group.of(device)
                        .ifPresent(group -> group.mutex().run(() -> {
                            if (!group.domain().is(domain) || group.devices().size() != 1) {
                                kernel.log().warnOn(DETACH_DEVICE, group);
                                return;
                            }
                            setCoreDomain(group);
                        })));
    }

    /** iommu_attach_group. */
    public long attachGroup(IommuDomain domain, Group group) {
        return kernel.call(
                ATTACH_GROUP, group, domain, () -> group.mutex().with(() -> attachGroupLocked(domain, group)));
    }

    /** iommu_detach_group: the domain is not compared. */
    public void detachGroup(IommuDomain domain, Group group) {
        kernel.run(DETACH_GROUP, group, domain, () -> group.mutex().run(() -> setCoreDomain(group)));
    }

    private long attachGroupLocked(IommuDomain domain, Group group) {
        return kernel.call(ATTACH_GROUP_LOCKED, group, domain, () -> {
            if (!group.domain().isNull()
                    && !group.domain().same(group.defaultDomain())
                    && !group.domain().same(group.blockingDomain())) {
                return Errno.EBUSY.negative();
            }
            long error = attachEach(group, domain);
            if (error == 0) {
                group.domain().set(domain);
                return 0;
            }
            // back to the domain before; for a group that had none this asks for nothing at all
            Optional<IommuDomain> old = group.domain().get();
            group.domain().setNull();
            if (setDomain(group, old) != 0) {
                kernel.log().warn(ATTACH_GROUP_LOCKED, NO_COMPATIBLE, group, 0);
            }
            return error;
        });
    }

    private long attachEach(Group group, IommuDomain domain) {
        for (Device device : group.devices().toList()) {
            long error = attachDeviceLocked(domain, device);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }

    /** __iommu_attach_device: -ENODEV without attach_dev; a trace when it worked and none when it did not. */
    long attachDeviceLocked(IommuDomain domain, Device device) {
        DriverOps ops = domain.ops().require();
        if (!ops.has(Callback.ATTACH_DEV)) {
            missing(ops, Callback.ATTACH_DEV, device);
            return Errno.ENODEV.negative();
        }
        long error = ops.attachDev(domain, device);
        if (error == 0) {
            if (kernel.has(Behaviour.DEFERRED_ATTACH_BIT)) {
                DevIommu.find(device).ifPresent(iommu -> iommu.attachDeferred().set(false));
            }
            Tracepoints.device(kernel, Tracepoints.ATTACH_DEVICE, device);
        }
        return error;
    }

    /** __iommu_group_set_core_domain: blocking for an owner, else the default domain, which may be none. */
    void setCoreDomain(Group group) {
        kernel.run(SET_CORE_DOMAIN, group, () -> {
            Optional<IommuDomain> core = group.owner().isNull()
                    ? group.defaultDomain().get()
                    : group.blockingDomain().get();
            if (setDomain(group, core) != 0) {
                kernel.log().warn(SET_CORE_DOMAIN, NO_DEFAULT, group, 0);
            }
        });
    }

    /**
     * __iommu_group_set_domain, group mutex held. An empty domain is the kernel's NULL: "hand the device back to the
     * platform". What NULL means is what the series changed.
     */
    long setDomain(Group group, Optional<IommuDomain> domain) {
        long argument = domain.map(SimObject::id).orElse(0);
        return kernel.machine().call(Lane.CORE, SET_DOMAIN, group, argument, 0, () -> {
            if (group.domain().id() == argument) {
                return 0;
            }
            if (domain.isEmpty()) {
                return setNoDomain(group);
            }
            long error = attachEach(group, domain.get());
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
        if (detachDev && !setPlatform) {
            if (!old.ops().require().has(Callback.DETACH_DEV)) {
                missing(old.ops().require(), Callback.DETACH_DEV, group);
                kernel.log().warnOn(SET_DOMAIN, group);
                return Errno.EINVAL.negative();
            }
            detachEach(group, old);
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

    private void handBackOrDetach(Group group, IommuDomain old) {
        Optional<Device> first = group.devices().toList().stream().findFirst();
        if (first.filter(device -> opsOf(device).has(Callback.SET_PLATFORM_DMA_OPS))
                .isPresent()) {
            handBackEach(group, true);
        } else if (old.ops().require().has(Callback.DETACH_DEV)) {
            detachEach(group, old);
        } else {
            missing(old.ops().require(), Callback.SET_PLATFORM_DMA_OPS, group);
            neitherCallback.fire(group);
        }
    }

    private void handBackEach(Group group, boolean opExists) {
        for (Device device : group.devices().toList()) {
            kernel.run(DO_SET_PLATFORM_DMA, device, () -> {
                DriverOps ops = opsOf(device);
                if (opExists && ops.has(Callback.SET_PLATFORM_DMA_OPS)) {
                    ops.onDevice(Callback.SET_PLATFORM_DMA_OPS, device);
                } else {
                    missing(ops, Callback.SET_PLATFORM_DMA_OPS, device);
                    kernel.log().warnOn(DO_SET_PLATFORM_DMA, device);
                }
            });
        }
    }

    private void detachEach(Group group, IommuDomain old) {
        for (Device device : group.devices().toList()) {
            DriverOps ops = opsOf(device);
            if (!kernel.has(Behaviour.DEFERRED_ATTACH_BIT) && ops.isAttachDeferred(device)) {
                continue;
            }
            old.ops().require().detachDev(old, device);
            Tracepoints.device(kernel, Tracepoints.DETACH_DEVICE, device);
        }
    }

    /** A callback that was asked for and is not there, at a place where the kernel tests for it. */
    private void missing(DriverOps ops, Callback callback, SimObject about) {
        kernel.machine()
                .emit(
                        EventKind.MISSING,
                        Lane.DRIVER,
                        Term.of(
                                callback.kernelName(),
                                ops.table().table(),
                                Term.Operand.NONE,
                                Term.Operand.NONE,
                                Term.Operand.NONE),
                        about,
                        callback.ordinal(),
                        0);
    }

    /** "First attach" of the default domain: a device that the driver wants deferred is only noted (P4). */
    long firstAttach(IommuDomain domain, Device device) {
        if (opsOf(device).isAttachDeferred(device)) {
            if (kernel.has(Behaviour.DEFERRED_ATTACH_BIT)) {
                DevIommu.find(device).ifPresent(iommu -> iommu.attachDeferred().set(true));
            }
            return 0;
        }
        return attachDeviceLocked(domain, device);
    }

    /** iommu_deferred_attach: the DMA API's question before its first use of a device, in a kdump kernel. */
    public long deferredAttach(Device device, IommuDomain domain) {
        return kernel.call(DEFERRED_ATTACH, device, domain, () -> {
            boolean deferred = kernel.has(Behaviour.DEFERRED_ATTACH_BIT)
                    ? DevIommu.find(device)
                            .filter(iommu -> iommu.attachDeferred().get())
                            .isPresent()
                    : opsOf(device).isAttachDeferred(device);
            return deferred ? attachDeviceLocked(domain, device) : 0;
        });
    }

    static DriverOps opsOf(Device device) {
        return DevIommu.find(device).orElseThrow().instance().require().ops();
    }

    /** Every device of a group, for the bus pass: deferred ones are skipped or noted. */
    long attachDefault(Group group, IommuDomain domain) {
        List<Device> devices = group.devices().toList();
        for (Device device : devices) {
            long error = firstAttach(domain, device);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }
}
