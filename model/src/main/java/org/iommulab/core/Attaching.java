package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * Attaching and detaching, as drivers and the user's side ask for it (drivers/iommu/iommu.c). What happens to the group
 * then is {@link SetDomain}.
 */
public final class Attaching {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ATTACH_DEVICE = Term.function("iommu_attach_device", IOMMU_C);
    private static final Term DETACH_DEVICE = Term.function("iommu_detach_device", IOMMU_C);
    private static final Term ATTACH_GROUP = Term.function("iommu_attach_group", IOMMU_C);
    private static final Term DETACH_GROUP = Term.function("iommu_detach_group", IOMMU_C);
    private static final Term ATTACH_GROUP_HANDLE = Term.function("iommu_attach_group_handle", IOMMU_C);
    private static final Term DETACH_GROUP_HANDLE = Term.function("iommu_detach_group_handle", IOMMU_C);
    private static final Term REPLACE_GROUP_HANDLE = Term.function("iommu_replace_group_handle", IOMMU_C);
    private static final Term ATTACH_GROUP_LOCKED = Term.function("__iommu_attach_group", IOMMU_C);
    private static final Term SET_CORE_DOMAIN = Term.function("__iommu_group_set_core_domain", IOMMU_C);
    private static final Term DEFERRED_ATTACH = Term.function("iommu_deferred_attach", IOMMU_C);
    private static final Term NO_DEFAULT = LogText.of("<4>iommu driver failed to attach the default/blocking domain");

    private final Kernel kernel;
    private final DeviceAttach attach;
    private final SetDomain domains;

    Attaching(Kernel kernel, DeviceAttach attach, SetDomain domains) {
        this.kernel = kernel;
        this.attach = attach;
        this.domains = domains;
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

    /**
     * iommu_attach_group_handle (v6.11): the attachment can be found again under PASID 0 of the group. -EBUSY when there is
     * one already.
     */
    public long attachGroupHandle(IommuDomain domain, Group group, AttachHandle handle) {
        return kernel.call(ATTACH_GROUP_HANDLE, group, domain, () -> {
            handle.domain().setQuietly(Optional.of(domain));
            return group.mutex().with(() -> {
                if (!group.pasids().insert(PasidArray.NO_PASID, handle)) {
                    return Errno.EBUSY.negative();
                }
                long error = attachGroupLocked(domain, group);
                if (error != 0) {
                    group.pasids().erase(PasidArray.NO_PASID);
                }
                return error;
            });
        });
    }

    /** iommu_detach_group_handle: the core's domain first, then the handle goes. */
    public void detachGroupHandle(IommuDomain domain, Group group) {
        kernel.run(
                DETACH_GROUP_HANDLE,
                group,
                domain,
                () -> group.mutex().run(() -> {
                    setCoreDomain(group);
                    group.pasids().erase(PasidArray.NO_PASID);
                }));
    }

    /** iommu_replace_group_handle: from the old domain straight to the new one; an error leaves everything as it was. */
    public long replaceGroupHandle(Group group, IommuDomain domain, AttachHandle handle) {
        return kernel.call(
                REPLACE_GROUP_HANDLE,
                group,
                domain,
                () -> group.mutex().with(() -> {
                    handle.domain().setQuietly(Optional.of(domain));
                    long error = domains.set(group, Optional.of(domain));
                    if (error == 0) {
                        group.pasids().store(PasidArray.NO_PASID, handle);
                    }
                    return error;
                }));
    }

    private long attachGroupLocked(IommuDomain domain, Group group) {
        return kernel.call(ATTACH_GROUP_LOCKED, group, domain, () -> {
            if (!group.domain().isNull()
                    && !group.domain().same(group.defaultDomain())
                    && !group.domain().same(group.blockingDomain())) {
                return Errno.EBUSY.negative();
            }
            if (kernel.has(Behaviour.ATTACH_CHECKS_OWNER) && !isOfItsDriver(domain, group)) {
                return Errno.EINVAL.negative();
            }
            return domains.attach(group, domain);
        });
    }

    private static boolean isOfItsDriver(IommuDomain domain, Group group) {
        return domain.ops().require().owner() == opsOf(group.devices().toList().getFirst());
    }

    /** __iommu_group_set_core_domain: blocking for an owner, else the default domain, which may be none. */
    private void setCoreDomain(Group group) {
        kernel.run(SET_CORE_DOMAIN, group, () -> {
            Optional<IommuDomain> core = group.owner().isNull()
                    ? group.defaultDomain().get()
                    : group.blockingDomain().get();
            domains.setOrWarn(group, core, SET_CORE_DOMAIN, NO_DEFAULT);
        });
    }

    /** iommu_deferred_attach: the DMA API's question before its first use of a device, in a kdump kernel. */
    public long deferredAttach(Device device, IommuDomain domain) {
        return kernel.call(DEFERRED_ATTACH, device, domain, () -> {
            boolean deferred = kernel.has(Behaviour.DEFERRED_ATTACH_BIT)
                    ? DevIommu.find(device)
                            .filter(iommu -> iommu.attachDeferred().get())
                            .isPresent()
                    : opsOf(device).isAttachDeferred(device);
            return deferred ? attach.attach(domain, device) : 0;
        });
    }

    static DriverOps opsOf(Device device) {
        return DevIommu.find(device).orElseThrow().instance().require().ops();
    }
}
