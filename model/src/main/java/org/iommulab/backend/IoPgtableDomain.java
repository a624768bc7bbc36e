package org.iommulab.backend;

import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** A domain whose tables are made by the first attach, when the driver knows for which unit. */
public abstract class IoPgtableDomain extends IommuDomain {
    private static final long LAST_32_BIT = 0xffff_ffffL;

    private final RefCell<IoPgtable> pgtable;

    /**
     * @param number its place among the domains of this boot, for its label
     * @param field the driver's name of the pointer to the tables
     */
    protected IoPgtableDomain(Machine machine, int number, String field) {
        super(machine, number);
        this.pgtable = new RefCell<>(this, Lane.DRIVER, Term.reference(field), IoPgtable.class);
    }

    /** The tables; NULL before the first attach. */
    public final RefCell<IoPgtable> pgtable() {
        return pgtable;
    }

    @Override
    public long apertureEnd() {
        return LAST_32_BIT;
    }

    @Override
    public long tableBase() {
        return pgtable.get().map(p -> p.table().base()).orElse(0L);
    }

    @Override
    public long mappedPages() {
        return pgtable.get().map(p -> p.mappedPages()).orElse(0L);
    }

    @Override
    public int tableCount() {
        return pgtable.get().map(p -> p.tableCount()).orElse(0);
    }

    @Override
    public long lookUp(long iova) {
        return pgtable.get().map(p -> p.iovaToPhys(iova)).orElse(0L);
    }
}
