package org.iommulab.kernel;

import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** Something to do later, from a work queue: the kernel's work_struct. */
public abstract class Work extends SimObject {
    protected Work(Machine machine) {
        super(machine);
    }

    /** Does it. */
    public abstract void doWork();
}
