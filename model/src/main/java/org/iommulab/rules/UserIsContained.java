package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;

/** A device whose group a user owns reaches only what the user's domain maps. */
final class UserIsContained implements Rule {
    @Override
    public String key() {
        return "user-is-contained";
    }

    @Override
    public String title() {
        return "A user-owned device reaches no kernel memory";
    }

    @Override
    public String protects() {
        return "The kernel and everybody else: a user's device gets at what the user mapped, and at nothing before.";
    }

    @Override
    public String guarantee() {
        return "iommu_group_claim_dma_owner attaches a blocking domain: the new owner starts with a device that"
                + " reaches nothing (drivers/iommu/iommu.c).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Harm harm() {
        return Harm.WRONG_MEMORY;
    }

    @Override
    public boolean looksIntoTables() {
        return true;
    }

    @Override
    public Optional<String> violation(World world) {
        for (Group group : world.core().probing().groupList()) {
            if (!group.owner().isNull()) {
                for (Device device : group.devices().toList()) {
                    for (DmaMaster port : world.topology().portsOf(device.label())) {
                        Optional<String> way = port.unit().flatMap(unit -> way(world, group, unit, port));
                        if (way.isPresent()) {
                            return way.map(words -> device.label() + " belongs to a user; " + words);
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> way(World world, Group group, IommuUnit unit, DmaMaster port) {
        if (!unit.isolates() || unit.refuses(port)) {
            return Optional.empty();
        }
        if (!unit.powered() || !unit.translating(port)) {
            return Optional.of(unit.label() + " lets everything through");
        }
        Optional<IommuDomain> walked = world.pointedAtBy(unit, port);
        Optional<IommuDomain> kernels = walked.filter(domain -> domain.type().isDmaApi()
                || group.defaultDomain().is(domain)
                || world.mappingOf(domain).isPresent());
        if (kernels.isPresent()) {
            return kernels.map(domain -> unit.label() + " still walks the kernel's " + world.nameOf(domain));
        }
        boolean open = walked.filter(domain -> group.blockingDomain().is(domain) && domain.mappedPages() > 0)
                .isPresent();
        return open ? Optional.of("the domain that should block it is open") : Optional.empty();
    }
}
