package org.iommulab.bus;

import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/** Code that finds its hardware by itself at an initcall; to the driver core it is no driver and binds to nothing. */
public abstract class InitFunction extends Driver {
    private final Term function;

    /**
     * @param name by which a board puts it among its drivers
     * @param function the kernel function
     */
    protected InitFunction(Machine machine, String name, Term function) {
        super(machine, name);
        this.function = function;
    }

    final Term function() {
        return function;
    }

    /** What the function does: 0 or a negative errno. */
    public abstract long run();

    @Override
    public final boolean matches(Device device) {
        return false;
    }

    @Override
    public final long probe(Device device) {
        throw new IllegalStateException(name() + " binds to nothing");
    }
}
