package org.iommulab.backend.qcom;

import java.util.List;
import java.util.Set;
import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.IoPgtableDomain;
import org.iommulab.backend.LpaeIoPgtable;
import org.iommulab.core.IotlbGather;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.kernel.SpinLock;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct qcom_iommu_domain}, with the invalidations that its tables ask for ({@code qcom_flush_ops}). */
final class QcomDomain extends IoPgtableDomain<LpaeIoPgtable> implements IoPgtable.FlushOps {
    /** What the ops say: the sizes of short descriptors. */
    static final long ADVERTISED = 1L << 12 | 1L << 16 | 1L << 20 | 1L << 24;

    /** What is left of them in long descriptors: 4 KiB. */
    static final LpaeFormat FORMAT = LpaeFormat.of(
                    new LpaeConfig(LpaeVariant.ARM_32_S1, 32, 40, ADVERTISED, Set.of(), false))
            .orElseThrow();

    private final RefCell<QcomIommu> iommu;
    private final RefCell<QcomMaster> fwspec;
    private final Mutex initMutex;
    private final SpinLock tableLock;

    QcomDomain(Kernel kernel, int number) {
        super(kernel.machine(), number, "qcom_domain.pgtbl_ops", LpaeIoPgtable.class);
        this.iommu = new RefCell<>(this, Lane.DRIVER, Term.reference("qcom_domain.iommu"), QcomIommu.class);
        this.fwspec = new RefCell<>(this, Lane.DRIVER, Term.reference("qcom_domain.fwspec"), QcomMaster.class);
        this.initMutex = new Mutex(kernel, this, "qcom_domain.init_mutex");
        this.tableLock = new SpinLock(kernel, this, "qcom_domain.pgtbl_lock");
    }

    RefCell<QcomIommu> iommu() {
        return iommu;
    }

    /** Of the device that was attached first; later ones leave no note. */
    RefCell<QcomMaster> fwspec() {
        return fwspec;
    }

    Mutex initMutex() {
        return initMutex;
    }

    SpinLock tableLock() {
        return tableLock;
    }

    @Override
    protected long pageSizes() {
        return pgtable().isNull() ? ADVERTISED : FORMAT.config().pageSizes();
    }

    private List<QcomContext> banks() {
        return fwspec.require().ids().toList();
    }

    // ---- invalidation

    /** qcom_iommu_tlb_sync. */
    void sync() {
        banks().forEach(QcomContext::sync);
    }

    /** qcom_iommu_tlb_inv_context. */
    @Override
    public void flushAll() {
        banks().forEach(bank -> bank.write(QcomLayout.Register.S1_TLBIASID, bank.asid()));
        sync();
    }

    /** qcom_iommu_tlb_flush_walk. */
    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        invalidate(QcomLayout.Register.S1_TLBIVA, iova, bytes, granule);
        sync();
    }

    /** qcom_iommu_tlb_add_page: told to the hardware at once, without a sync. */
    @Override
    public void addPage(IotlbGather gather, long iova, long granule) {
        invalidate(QcomLayout.Register.S1_TLBIVAL, iova, granule, granule);
    }

    /**
     * qcom_iommu_tlb_inv_range_nosync. The address runs on from bank to bank and is never set back: the second bank of a
     * device is told the range behind the one that was unmapped (a defect of the kernel's).
     */
    private void invalidate(QcomLayout.Register register, long iova, long bytes, long granule) {
        long at = iova;
        for (QcomContext bank : banks()) {
            at = at & -4096 | bank.asid();
            for (long done = 0; done < bytes; done += granule) {
                bank.write(register, (int) at);
                at += granule;
            }
        }
    }
}
