package org.iommulab.backend;

import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.pagetable.Translation;

/** A driver's domain with one table in it, and the usual lock around the table. */
public abstract class TableDomain extends IommuDomain {
    private final long pageSizes;
    private final long apertureEnd;
    private final SpinLock tableLock;

    /**
     * @param number its place among the domains of this boot, for its label
     * @param pageSizes a bit for each size
     * @param apertureEnd last usable input address
     * @param tableLock the driver's name of the lock that guards the table
     */
    protected TableDomain(Kernel kernel, int number, long pageSizes, long apertureEnd, String tableLock) {
        super(kernel.machine(), number);
        this.pageSizes = pageSizes;
        this.apertureEnd = apertureEnd;
        this.tableLock = new SpinLock(kernel, this, tableLock);
    }

    /** The table as the driver keeps it. */
    protected abstract Translation table();

    public final SpinLock tableLock() {
        return tableLock;
    }

    @Override
    protected final long pageSizes() {
        return pageSizes;
    }

    @Override
    public final long apertureEnd() {
        return apertureEnd;
    }

    @Override
    public long tableBase() {
        return table().base();
    }

    @Override
    public long lookUp(long iova) {
        long address = table().translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }
}
