package org.iommulab.backend.mtk;

import org.iommulab.backend.IoPgtableDomain;
import org.iommulab.backend.ShortIoPgtable;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/**
 * {@code struct mtk_iommu_domain}: a window into a table that other domains may have too. Freeing it frees no table
 * (mtk_iommu_domain_free frees the structure alone).
 */
final class MtkDomain extends IoPgtableDomain<ShortIoPgtable> {
    /** 4 KiB, 64 KiB, 1 MiB and 16 MiB. */
    private static final long SIZES = 1L << 12 | 1L << 16 | 1L << 20 | 1L << 24;

    private final RefCell<MtkBankData> bank;
    private final LongCell apertureStart;
    private final LongCell apertureEnd;
    private final Mutex mutex;

    MtkDomain(Kernel kernel, int number) {
        super(kernel.machine(), number, "dom.iop", ShortIoPgtable.class);
        this.bank = new RefCell<>(this, Lane.DRIVER, Term.reference("dom.bank"), MtkBankData.class);
        this.apertureStart = new LongCell(this, Lane.DRIVER, Term.hex("geometry.aperture_start"));
        this.apertureEnd = new LongCell(this, Lane.DRIVER, Term.hex("geometry.aperture_end"));
        this.mutex = new Mutex(kernel, this, "dom.mutex");
    }

    /** The bank of the device that was attached first; NULL before. */
    RefCell<MtkBankData> bank() {
        return bank;
    }

    Mutex mutex() {
        return mutex;
    }

    /** The part of mtk_iommu_domain_finalise that every domain goes through: its window. */
    void setWindow(MtkRegion region) {
        apertureStart.set(region.base());
        apertureEnd.set(region.end());
    }

    /** cfg.arm_v7s_cfg.ttbr. */
    int ttbr() {
        return (int) pgtable().require().table().registers().ttbr();
    }

    /** The CPU's address for one that is in the tables: in 4GB mode the upper ones have bit 32 too many. */
    long fromTables(long physical) {
        boolean remapped = bank.get().filter(b -> b.parent().enable4Gb()).isPresent();
        return remapped && physical >= MtkLayout.REMAP_4GB ? physical & ~MtkLayout.BIT_32 : physical;
    }

    @Override
    protected long pageSizes() {
        return SIZES;
    }

    @Override
    public long apertureStart() {
        return apertureStart.get();
    }

    /** {@inheritDoc} Known from the first attach on. */
    @Override
    public long apertureEnd() {
        return bank.isNull() ? super.apertureEnd() : apertureEnd.get();
    }

    @Override
    public boolean hasFreedTables() {
        return false;
    }

    @Override
    public long lookUp(long iova) {
        return fromTables(super.lookUp(iova));
    }
}
