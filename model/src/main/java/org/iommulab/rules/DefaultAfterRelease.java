package org.iommulab.rules;

import java.util.Optional;
import java.util.Set;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.TermSet;

/** A group that an owner gave back is in its default domain again. */
final class DefaultAfterRelease implements Rule {
    private static final TermSet RELEASES =
            new TermSet(Set.of("iommu_group_release_dma_owner", "iommu_device_release_dma_owner")::contains);

    @Override
    public String key() {
        return "default-after-release";
    }

    @Override
    public String title() {
        return "The default domain is back after a release";
    }

    @Override
    public String protects() {
        return "The next driver: it finds the device as it was before a user had it.";
    }

    @Override
    public String guarantee() {
        return "iommu_group_release_dma_owner and iommu_device_release_dma_owner: __iommu_group_set_domain to"
                + " group->default_domain, which must not fail (drivers/iommu/iommu.c).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.ALWAYS;
    }

    @Override
    public Optional<String> violation(World world) {
        return Optional.empty();
    }

    @Override
    public Set<EventKind> watched() {
        return Set.of(EventKind.LEAVE);
    }

    @Override
    public boolean isAbout(Recording recording, int step) {
        return RELEASES.contains(recording.term(step));
    }

    @Override
    public Optional<String> violation(World world, Recording recording, int step) {
        return groupOf(world.machine().object(recording.objectId(step)))
                .filter(group -> group.owner().isNull() && !group.domain().same(group.defaultDomain()))
                .map(group -> group.label() + " was given back and is in "
                        + group.domain().get().map(world::nameOf).orElse("no domain") + ", not in "
                        + group.defaultDomain().get().map(world::nameOf).orElse("none"));
    }

    // VFIO gives a group back, iommufd a device of it
    private static Optional<Group> groupOf(SimObject released) {
        return switch (released) {
            case Group group -> Optional.of(group);
            case Device device -> Group.of(device);
            default -> Optional.empty();
        };
    }
}
