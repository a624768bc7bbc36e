package org.iommulab.kernel;

import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** Something to do when a time has come: the kernel's timer_list. */
public abstract class Timer extends SimObject {
    private static final Term EXPIRES = Term.count("expires");

    private final LongCell expires;

    protected Timer(Machine machine) {
        super(machine);
        this.expires = new LongCell(this, Lane.CORE, EXPIRES);
    }

    /** Milliseconds since boot. */
    final LongCell expires() {
        return expires;
    }

    /** Does it. The timer is not pending any more. */
    public abstract void fire();
}
