package org.iommulab.kernel;

import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** One WARN_ON_ONCE in the source: it prints the first time in a boot, whoever comes by. */
public final class WarnOnce {
    private static final Term WARNED = Term.flag("warned");

    private final Kernel kernel;
    private final Term function;
    private final FlagCell warned;

    public WarnOnce(Kernel kernel, Term function) {
        this.kernel = kernel;
        this.function = function;
        this.warned = new FlagCell(kernel, Lane.CORE, WARNED);
    }

    public void fire(SimObject about) {
        if (!warned.get()) {
            warned.setQuietly(true);
            kernel.log().warnOn(function, about);
        }
    }

    /** WARN_ONCE, with a text that has no operand. */
    public void fire(Term text, SimObject about) {
        if (!warned.get()) {
            warned.setQuietly(true);
            kernel.log().warn(function, text, about, 0);
        }
    }
}
