package org.iommulab.bus;

import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A clock of the common clock framework, with its two counts. Enabling an unprepared clock and dropping a count below
 * zero warn (drivers/clk/clk.c: clk_core_enable, clk_core_disable, clk_core_unprepare).
 */
public final class Clock extends SimObject {
    private static final String CLK_C = "drivers/clk/clk.c";
    private static final Term ENABLE = Term.function("clk_core_enable", CLK_C);
    private static final Term DISABLE = Term.function("clk_core_disable", CLK_C);
    private static final Term UNPREPARE = Term.function("clk_core_unprepare", CLK_C);
    private static final Term UNPREPARED = LogText.of("<4>Enabling unprepared %o");
    private static final Term ALREADY_DISABLED = LogText.of("<4>%o already disabled");
    private static final Term ALREADY_UNPREPARED = LogText.of("<4>%o already unprepared");

    private final String name;
    private final LongCell prepared;
    private final LongCell enabled;

    public Clock(Machine machine, String name) {
        super(machine);
        this.name = name;
        prepared = new LongCell(this, Lane.CORE, Term.count("prepare_count"));
        enabled = new LongCell(this, Lane.CORE, Term.count("enable_count"));
    }

    @Override
    public String label() {
        return name;
    }

    public boolean isEnabled() {
        return enabled.isSet();
    }

    /** clk_prepare: it may be enabled from now on, where nobody may sleep too. */
    public void prepare() {
        prepared.setQuietly(prepared.get() + 1);
    }

    /** clk_prepare_enable. */
    public void prepareEnable(Kernel kernel) {
        prepare();
        enable(kernel);
    }

    /** clk_enable: 0, or -ESHUTDOWN with a warning when it is not prepared. */
    public long enable(Kernel kernel) {
        if (!prepared.isSet()) {
            kernel.log().warn(ENABLE, UNPREPARED, this, id());
            return Errno.ESHUTDOWN.negative();
        }
        enabled.setQuietly(enabled.get() + 1);
        return 0;
    }

    /** clk_disable. */
    public void disable(Kernel kernel) {
        if (!enabled.isSet()) {
            kernel.log().warn(DISABLE, ALREADY_DISABLED, this, id());
            return;
        }
        enabled.setQuietly(enabled.get() - 1);
    }

    /** clk_disable_unprepare. */
    public void disableUnprepare(Kernel kernel) {
        disable(kernel);
        unprepare(kernel);
    }

    /** clk_unprepare. */
    public void unprepare(Kernel kernel) {
        if (!prepared.isSet()) {
            kernel.log().warn(UNPREPARE, ALREADY_UNPREPARED, this, id());
            return;
        }
        prepared.setQuietly(prepared.get() - 1);
    }
}
