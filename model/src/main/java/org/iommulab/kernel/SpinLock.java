package org.iommulab.kernel;

import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A spin lock. There is one CPU at work in the lab, so a lock that is taken while it is held is held by the same code:
 * on an SMP kernel the CPU spins for ever; without CONFIG_SMP the lock is a no-op (include/linux/spinlock_api_up.h).
 */
public final class SpinLock {
    private final Kernel kernel;
    private final SimObject owner;
    private final Term name;
    private final FlagCell held;

    /** A lock that is a field of an object; taking and letting go are events on the driver's lane. */
    public SpinLock(Kernel kernel, SimObject owner, String name) {
        this.kernel = kernel;
        this.owner = owner;
        this.name = Term.flag(name);
        this.held = new FlagCell(owner, Lane.DRIVER, this.name);
    }

    public void lock() {
        if (held.get() && kernel.config("SMP")) {
            throw kernel.log().spin(name, owner);
        }
        held.set(true);
    }

    public void unlock() {
        held.set(false);
    }

    /** Runs with the lock held. */
    public void with(Runnable body) {
        lock();
        body.run();
        unlock();
    }
}
