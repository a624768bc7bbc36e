package org.iommulab.backend.sprd;

import java.util.Optional;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct sprd_iommu_domain}: without a table until it is attached. */
final class SprdDomain extends IommuDomain {
    /** Every size from 4 KiB on ({@code ~0UL << 12}), up to v6.1. */
    private static final long ALL_SIZES = -1L << 12;

    private final boolean forcesAperture;
    private final long pageSizes;
    private final RefCell<SprdTable> table;
    private final RefCell<SprdIommu> iommu;
    private final SpinLock tableLock;

    SprdDomain(Kernel kernel, int number) {
        super(kernel.machine(), number);
        this.forcesAperture = kernel.since(Version.V6_7);
        this.pageSizes = kernel.since(Version.V6_2) ? SprdPageTable.PAGE : ALL_SIZES;
        this.table = new RefCell<>(this, Lane.DRIVER, Term.reference("dom.pgt_va"), SprdTable.class);
        this.iommu = new RefCell<>(this, Lane.DRIVER, Term.reference("dom.sdev"), SprdIommu.class);
        this.tableLock = new SpinLock(kernel, this, "dom.pgtlock");
    }

    /** dom.pgt_va; NULL before the first attach, and dangling once the memory was given back. */
    RefCell<SprdTable> table() {
        return table;
    }

    /** dom.sdev: the IOMMU that it is attached to. */
    RefCell<SprdIommu> iommu() {
        return iommu;
    }

    SpinLock tableLock() {
        return tableLock;
    }

    @Override
    protected long pageSizes() {
        return pageSizes;
    }

    @Override
    public long apertureEnd() {
        return SprdPageTable.WINDOW_END;
    }

    /** {@inheritDoc} The driver forgot to until v6.6. */
    @Override
    public boolean forcesAperture() {
        return forcesAperture;
    }

    private Optional<SprdPageTable> pages() {
        return table.get().map(SprdTable::table);
    }

    @Override
    public long tableBase() {
        return pages().map(p -> p.base()).orElse(0L);
    }

    @Override
    public long mappedPages() {
        return pages().map(p -> p.mappedPages()).orElse(0L);
    }

    @Override
    public int tableCount() {
        return table.isNull() ? 0 : 1;
    }

    @Override
    public long lookUp(long iova) {
        return pages().map(p -> p.iovaToPhys(iova)).orElse(0L);
    }
}
