package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Who may decide about a group's DMA (drivers/iommu/iommu.c: iommu_device_use_default_domain,
 * iommu_group_claim_dma_owner and their counterparts; v6.1 to v6.12).
 */
public final class DmaOwnership {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term USE = Term.function("iommu_device_use_default_domain", IOMMU_C);
    private static final Term UNUSE = Term.function("iommu_device_unuse_default_domain", IOMMU_C);
    private static final Term CLAIM = Term.function("iommu_group_claim_dma_owner", IOMMU_C);
    private static final Term CLAIM_DEVICE = Term.function("iommu_device_claim_dma_owner", IOMMU_C);
    private static final Term RELEASE_DEVICE = Term.function("iommu_device_release_dma_owner", IOMMU_C);
    private static final Term RELEASE = Term.function("iommu_group_release_dma_owner", IOMMU_C);
    private static final Term NO_DEFAULT = LogText.of("<4>iommu driver failed to attach the default domain");

    private final Kernel kernel;
    private final Domains domains;
    private final SetDomain setDomain;

    DmaOwnership(Kernel kernel, Domains domains, SetDomain setDomain) {
        this.kernel = kernel;
        this.domains = domains;
        this.setDomain = setDomain;
    }

    /** iommu_device_use_default_domain: a kernel driver is about to be bound. With owner_cnt 0 nothing is tested. */
    public long useDefaultDomain(Device device) {
        Optional<Group> found = Group.of(device);
        if (found.isEmpty()) {
            return 0;
        }
        Group group = found.get();
        return kernel.call(
                USE,
                device,
                group,
                () -> group.mutex().with(() -> {
                    if (group.ownerCount().isSet()
                            && (!group.owner().isNull()
                                    || !isDefaultAttached(group)
                                    || !group.pasids().isEmpty())) {
                        return Errno.EBUSY.negative();
                    }
                    group.ownerCount().add(1);
                    return 0;
                }));
    }

    // Up to v6.6 any identity domain counts for another, for the sake of AMD's GPUs.
    private boolean isDefaultAttached(Group group) {
        if (group.domain().same(group.defaultDomain()) || kernel.has(Behaviour.DEFAULT_DOMAIN_MANDATORY)) {
            return group.domain().same(group.defaultDomain());
        }
        return group.domain().get().filter(d -> d.type() == DomainType.IDENTITY).isPresent()
                && group.defaultDomain()
                        .get()
                        .filter(d -> d.type() == DomainType.IDENTITY)
                        .isPresent();
    }

    /** iommu_device_unuse_default_domain. */
    public void unuseDefaultDomain(Device device) {
        Group.of(device)
                .ifPresent(group -> kernel.run(
                        UNUSE,
                        device,
                        group,
                        () -> group.mutex().run(() -> {
                            if (!group.ownerCount().isSet() || !group.pasids().isEmpty()) {
                                kernel.log().warnOn(UNUSE, group);
                            } else {
                                group.ownerCount().add(-1);
                            }
                        })));
    }

    /** iommu_group_dma_owner_claimed: whether a kernel driver or an owner has the group. */
    public static boolean isClaimed(Group group) {
        return group.ownerCount().isSet();
    }

    /** iommu_group_claim_dma_owner: 0, -EPERM while somebody has the group, -EBUSY on a foreign domain, -EINVAL. */
    public long claim(Group group, SimObject owner) {
        return kernel.call(
                CLAIM,
                group,
                owner,
                () -> group.mutex()
                        .with(() -> group.ownerCount().isSet() ? Errno.EPERM.negative() : take(group, owner)));
    }

    /**
     * iommu_device_claim_dma_owner (v6.2): as for the group, but the same owner may claim further devices of it.
     *
     * @return -ENODEV without a group, -EPERM while somebody else has it, and what claiming a group returns
     */
    public long claimDevice(Device device, SimObject owner) {
        return kernel.call(CLAIM_DEVICE, device, owner, () -> {
            Optional<Group> found = Group.of(device);
            if (found.isEmpty()) {
                return Errno.ENODEV.negative();
            }
            Group group = found.get();
            return group.mutex().with(() -> {
                if (!group.ownerCount().isSet()) {
                    return take(group, owner);
                }
                if (!group.owner().is(owner)) {
                    return Errno.EPERM.negative();
                }
                group.ownerCount().add(1);
                return 0;
            });
        });
    }

    // __iommu_take_dma_ownership
    private long take(Group group, SimObject owner) {
        if (!group.domain().isNull() && !group.domain().same(group.defaultDomain())
                || !group.pasids().isEmpty()) {
            return Errno.EBUSY.negative();
        }
        long error = allocBlocking(group);
        if (error == 0) {
            error = setDomain.set(group, group.blockingDomain().get());
        }
        if (error != 0) {
            return error;
        }
        group.owner().set(owner);
        group.ownerCount().set(1);
        return 0;
    }

    // __iommu_group_alloc_blocking_domain: a BLOCKED one, else an empty UNMANAGED one that blocks as well
    private long allocBlocking(Group group) {
        if (!group.blockingDomain().isNull()) {
            return 0;
        }
        Device first = group.devices().toList().getFirst();
        Domains.Made made = domains.make(first, DomainType.BLOCKED);
        if (made.domain().isEmpty()) {
            made = domains.make(first, DomainType.UNMANAGED);
        }
        if (made.domain().isEmpty()) {
            return kernel.has(Behaviour.DEFAULT_DOMAIN_MANDATORY) ? made.error() : Errno.EINVAL.negative();
        }
        group.blockingDomain().set(made.domain());
        return 0;
    }

    /** iommu_group_release_dma_owner: to the default domain, or to none: then the platform is asked to take over. */
    public void release(Group group) {
        kernel.run(RELEASE, group, () -> group.mutex().run(() -> giveBack(group, RELEASE)));
    }

    /** iommu_device_release_dma_owner (v6.2): the last device of the owner's gives the group back. */
    public void releaseDevice(Device device) {
        Group.of(device)
                .ifPresent(group -> kernel.run(
                        RELEASE_DEVICE,
                        device,
                        group,
                        () -> group.mutex().run(() -> {
                            if (group.ownerCount().get() > 1) {
                                group.ownerCount().add(-1);
                            } else {
                                giveBack(group, RELEASE_DEVICE);
                            }
                        })));
    }

    // __iommu_release_dma_ownership
    private void giveBack(Group group, Term caller) {
        if (!group.ownerCount().isSet()
                || group.owner().isNull()
                || !group.pasids().isEmpty()) {
            kernel.log().warnOn(caller, group);
            return;
        }
        group.ownerCount().set(0);
        group.owner().setNull();
        setDomain.setOrWarn(group, group.defaultDomain().get(), caller, NO_DEFAULT);
    }
}
