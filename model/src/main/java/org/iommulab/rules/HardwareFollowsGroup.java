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
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Optional<String> violation(World world) {
        return Partings.ofGroups(world).stream().map(Partings.Parting::sentence).findFirst();
    }
}
