package org.iommulab.core;

import org.iommulab.kernel.Kernel;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code group->name}: few groups have one, and those have a file {@code name} in sysfs. */
public final class GroupName extends SimObject {
    private static final Term SET_NAME =
            Term.of("iommu_group_set_name", "drivers/iommu/iommu.c", Operand.OBJECT, Operand.NONE, Operand.ERRNO);

    private final String text;

    private GroupName(Kernel kernel, String text) {
        super(kernel.machine());
        this.text = text;
    }

    /** iommu_group_set_name, of a group that has no name yet. */
    public static void set(Kernel kernel, Group group, String text) {
        var name = new GroupName(kernel, text);
        kernel.run(SET_NAME, group, name, () -> group.name().set(name));
    }

    @Override
    public String label() {
        return text;
    }
}
