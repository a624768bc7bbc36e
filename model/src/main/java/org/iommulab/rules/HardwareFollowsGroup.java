package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;

/** A unit that translates walks the table of the domain that the core believes attached; a group's device in use is translated. */
final class HardwareFollowsGroup implements Rule {
    @Override
    public String key() {
        return "hardware-follows-group";
    }

    @Override
    public String title() {
        return "Hardware follows the group's domain";
    }

    @Override
    public String protects() {
        return "The group: what the core believes attached is what its devices are translated with.";
    }

    @Override
    public String guarantee() {
        return "__iommu_group_set_domain: group->domain is the domain that every device of the group is attached to"
                + " (drivers/iommu/iommu.c).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Optional<String> violation(World world) {
        return Partings.firstOfGroups(world);
    }
}
