package org.iommulab.bus;

import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A stateless device link with DL_FLAG_PM_RUNTIME: while the consumer is active, the supplier is
 * (drivers/base/core.c, drivers/base/power/runtime.c).
 */
public final class DeviceLink extends SimObject {
    private final Device consumer;
    private final Device supplier;
    private final LongCell activeCount;
    private final FlagCell preactivated;
    private final FlagCell deleted;

    DeviceLink(Machine machine, Device consumer, Device supplier) {
        super(machine);
        this.consumer = consumer;
        this.supplier = supplier;
        this.activeCount = new LongCell(this, Lane.CORE, Term.count("rpm_active"));
        this.preactivated = new FlagCell(this, Lane.CORE, Term.flag("supplier_preactivated"));
        this.deleted = new FlagCell(this, Lane.CORE, Term.flag("deleted"));
    }

    @Override
    public String label() {
        return "link " + consumer.label() + " -> " + supplier.label();
    }

    public Device consumer() {
        return consumer;
    }

    public Device supplier() {
        return supplier;
    }

    LongCell activeCount() {
        return activeCount;
    }

    FlagCell preactivated() {
        return preactivated;
    }

    /** Freed: whoever still holds a pointer to it holds a dangling one. */
    public FlagCell deleted() {
        return deleted;
    }
}
