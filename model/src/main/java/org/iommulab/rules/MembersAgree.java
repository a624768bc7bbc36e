package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.DmaMaster;

/** The units walk one and the same table for all devices of a group. */
final class MembersAgree implements Rule {
    @Override
    public String key() {
        return "group-members-agree";
    }

    @Override
    public String title() {
        return "All devices of a group are in one domain";
    }

    @Override
    public String protects() {
        return "The group: a device that cannot be kept apart from its neighbours is where they are.";
    }

    @Override
    public String guarantee() {
        return "iommu_group_for_each_dev in __iommu_attach_group: a domain is attached to every device of a group, or"
                + " to none (drivers/iommu/iommu.c).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Optional<String> violation(World world) {
        return world.core().probing().groupList().stream()
                .filter(group -> group.devices().size() > 1)
                .flatMap(group -> strangers(world, group).stream())
                .findFirst();
    }

    private static Optional<String> strangers(World world, Group group) {
        Optional<Device> first = Optional.empty();
        Optional<IommuDomain> of = Optional.empty();
        for (Device device : group.devices().toList()) {
            for (DmaMaster port : world.topology().portsOf(device.label())) {
                Optional<IommuDomain> walked = port.unit().flatMap(unit -> world.pointedAtBy(unit, port));
                if (walked.isPresent() && of.isPresent() && !walked.equals(of)) {
                    return Optional.of(
                            group.label() + ": " + first.orElseThrow().label() + " is translated with "
                                    + world.nameOf(of.get()) + ", " + device.label() + " with "
                                    + world.nameOf(walked.get()));
                }
                if (of.isEmpty() && walked.isPresent()) {
                    first = Optional.of(device);
                    of = walked;
                }
            }
        }
        return Optional.empty();
    }
}
