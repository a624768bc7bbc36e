package org.iommulab.backend;

import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/**
 * A domain whose tables are made by the first attach, when the driver knows for which unit.
 *
 * @param <T> the format of the tables
 */
public abstract class IoPgtableDomain<T extends IoPgtable> extends IommuDomain {
    private static final long LAST_32_BIT = 0xffff_ffffL;

    private final RefCell<T> pgtable;

    /**
     * @param number its place among the domains of this boot, for its label
     * @param field the driver's name of the pointer to the tables
     * @param tables their class
     */
    protected IoPgtableDomain(Machine machine, int number, String field, Class<T> tables) {
        super(machine, number);
        this.pgtable = new RefCell<>(this, Lane.DRIVER, Term.reference(field), tables);
    }

    /** The tables; NULL before the first attach. */
    public final RefCell<T> pgtable() {
        return pgtable;
    }

    @Override
    public long apertureEnd() {
        return LAST_32_BIT;
    }

    @Override
    public long tableBase() {
        return pgtable.get().map(p -> p.base()).orElse(0L);
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
