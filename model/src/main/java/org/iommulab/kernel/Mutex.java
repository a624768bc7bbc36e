package org.iommulab.kernel;

import java.util.function.LongSupplier;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A sleeping lock. Taken by its own holder it never comes back, with or without SMP. Quiet: no events of its own. */
public final class Mutex {
    private final Kernel kernel;
    private final SimObject owner;
    private final Term name;
    private final FlagCell held;

    public Mutex(Kernel kernel, SimObject owner, String name) {
        this.kernel = kernel;
        this.owner = owner;
        this.name = Term.flag(name);
        this.held = new FlagCell(owner, Lane.CORE, this.name);
    }

    public boolean isHeld() {
        return held.get();
    }

    /** Runs with the lock held. */
    public long with(LongSupplier body) {
        if (held.get()) {
            throw kernel.log().sleepForEver(name, owner);
        }
        held.setQuietly(true);
        long result = body.getAsLong();
        held.setQuietly(false);
        return result;
    }

    public void run(Runnable body) {
        with(() -> {
            body.run();
            return 0;
        });
    }
}
