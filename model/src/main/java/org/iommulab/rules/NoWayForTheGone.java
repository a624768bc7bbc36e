package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.DmaMaster;

/** No unit translates for a device that was removed. */
final class NoWayForTheGone implements Rule {
    @Override
    public String key() {
        return "no-way-for-the-gone";
    }

    @Override
    public String title() {
        return "Nothing is translated for a device that is gone";
    }

    @Override
    public String protects() {
        return "Memory, and the next device with the same number: what the gone one was given does not stay open. Only"
                + " suspicious: drivers without release_device leave it so.";
    }

    @Override
    public String guarantee() {
        return "iommu_deinit_device: release_device must stop using any domain that is attached to the device"
                + " (drivers/iommu/iommu.c, 6.12.y).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public boolean isSuspicion() {
        return true;
    }

    @Override
    public Optional<String> violation(World world) {
        for (Device device : world.devices().values()) {
            if (!device.present().get()) {
                for (DmaMaster port : world.topology().portsOf(device.label())) {
                    Optional<String> words = port.unit()
                            .flatMap(unit -> world.pointedAtBy(unit, port)
                                    .filter(domain -> !isOfSomebody(world, domain))
                                    .map(domain -> device.label() + " is gone; " + unit.label() + " still walks "
                                            + world.nameOf(domain) + " for it"));
                    if (words.isPresent()) {
                        return words;
                    }
                }
            }
        }
        return Optional.empty();
    }

    // a unit that does not tell its ports apart translates for all when it does for one
    private static boolean isOfSomebody(World world, IommuDomain domain) {
        return world.core().probing().groupList().stream()
                .anyMatch(group -> group.domain().is(domain));
    }
}
