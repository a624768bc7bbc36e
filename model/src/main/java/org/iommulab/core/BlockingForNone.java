package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;

/**
 * Versions 1 and 2 of the series, never merged: a group that should have no domain gets its blocking domain instead. As
 * posted on 16 May 2022 (patches 2 to 4 of 5): its attach is the driver's old detach function, called with the domain that
 * the group leaves; a driver that has none gets an empty UNMANAGED domain. The posting makes it when a group's first device
 * joins; here it is made when it is first needed.
 */
final class BlockingForNone {
    private final Domains domains;
    private final DeviceAttach attach;

    BlockingForNone(Domains domains, DeviceAttach attach) {
        this.domains = domains;
        this.attach = attach;
    }

    /** 0 with the group on its blocking domain, or the driver's errno with the group as it was. */
    long set(Group group) {
        if (group.blockingDomain().isNull()) {
            Domains.Made made = make(group);
            if (made.domain().isEmpty()) {
                return made.error();
            }
            group.blockingDomain().set(made.domain());
        }
        IommuDomain blocking = group.blockingDomain().require();
        if (group.domain().is(blocking)) {
            return 0;
        }
        long error = attach.attachEach(group, blocking);
        if (error == 0) {
            group.domain().set(blocking);
        }
        return error;
    }

    private Domains.Made make(Group group) {
        Device first = group.devices().toList().getFirst();
        DriverOps ops = Attaching.opsOf(first);
        Optional<OpsTable.Entry> detach =
                Optional.ofNullable(ops.table().entries().get(Callback.DETACH_DEV));
        return detach.map(entry -> domains.known(blocking(group, ops, entry)))
                .orElseGet(() -> domains.make(first, DomainType.UNMANAGED));
    }

    private static IommuDomain blocking(Group group, DriverOps ops, OpsTable.Entry detach) {
        var body = (OpsTable.DetachDev) detach.body();
        return ops.makeStatic(
                group.label() + " blocking domain",
                DomainType.BLOCKED,
                "blocking_domain_ops",
                detach.function(),
                (_, device) -> {
                    group.domain().get().ifPresent(old -> body.detach(old, device));
                    return 0;
                });
    }
}
