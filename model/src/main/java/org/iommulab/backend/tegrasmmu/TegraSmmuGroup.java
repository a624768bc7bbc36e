package org.iommulab.backend.tegrasmmu;

import org.iommulab.core.Group;
import org.iommulab.sim.SimObject;

/** {@code struct tegra_smmu_group}: which group the devices of a software group are in. */
final class TegraSmmuGroup extends SimObject {
    private final Group group;
    private final int swGroup;
    private final boolean together;

    /** @param together whether the chip's list of software groups that belong together has it */
    TegraSmmuGroup(Group group, int swGroup, boolean together) {
        super(group.machine());
        this.group = group;
        this.swGroup = swGroup;
        this.together = together;
    }

    @Override
    public String label() {
        return group.label() + " of swgroup " + swGroup;
    }

    Group group() {
        return group;
    }

    /** Whether a device whose first software group is this one joins the group. */
    boolean takes(int number, boolean isTogether) {
        return swGroup == number || together && isTogether;
    }
}
