package org.iommulab.backend.msm;

import java.util.Set;
import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.IoPgtableDomain;
import org.iommulab.backend.ShortIoPgtable;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.IotlbGather;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.pagetable.armv7s.ArmV7sConfig;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct msm_priv}, with the invalidations that its tables ask for ({@code msm_iommu_flush_ops}). */
final class MsmDomain extends IoPgtableDomain<ShortIoPgtable> implements IoPgtable.FlushOps {
    private static final String FILE = "drivers/iommu/msm_iommu.c";
    private static final Term FLUSH_ALL = Term.function("__flush_iotlb", FILE);
    private static final Term FLUSH_WALK = Term.function("__flush_iotlb_walk", FILE);
    private static final Term FLUSH_PAGE = Term.function("__flush_iotlb_page", FILE);
    private static final Term NO_TABLES = Term.reference("priv.iop");
    private static final Term FREED_TABLES = Term.reference("priv.iop, freed");
    private static final long PAGE_SIZES = 1L << 12 | 1L << 16 | 1L << 20 | 1L << 24;

    private final Kernel kernel;
    private final ListHead attached;
    private final RefCell<Device> device;
    private final FlagCell freedTables;
    private final SpinLock tableLock;

    MsmDomain(Kernel kernel, int number) {
        super(kernel.machine(), number, "priv.iop", ShortIoPgtable.class);
        this.kernel = kernel;
        this.attached = new ListHead(kernel, this);
        this.device = new RefCell<>(this, Lane.DRIVER, Term.reference("priv.dev"), Device.class);
        this.freedTables = new FlagCell(this, Lane.DRIVER, Term.flag("priv.iop freed"));
        this.tableLock = new SpinLock(kernel, this, "priv.pgtlock");
    }

    @Override
    protected long pageSizes() {
        return PAGE_SIZES;
    }

    /** {@code list_attached}: the IOMMUs that were programmed with its tables, the last one first. Nobody leaves it. */
    ListHead attached() {
        return attached;
    }

    /** Taken around each change of the tables. */
    SpinLock tableLock() {
        return tableLock;
    }

    // ---- tables

    /** msm_iommu_domain_config: new tables at each attach. Those that it had are forgotten, not freed. */
    void makeTables(Site site, Device forDevice) {
        device.set(forDevice);
        pgtable().set(new ShortIoPgtable(site, this, new ArmV7sConfig(32, 32, Set.of(), false), this));
        freedTables.set(false);
    }

    /** free_io_pgtable_ops, which does nothing without tables. The pointer stays. */
    void freeTables() {
        if (pgtable().isNull()) {
            return;
        }
        if (freedTables.get()) {
            kernel.machine().useAfterFree(Lane.DRIVER, FREED_TABLES, this, 0);
            return;
        }
        pgtable().require().free();
        freedTables.set(true);
    }

    /** The tables, where the kernel looks neither whether there are any nor whether they are freed. */
    ShortIoPgtable tables() {
        if (freedTables.get()) {
            kernel.machine().useAfterFree(Lane.DRIVER, FREED_TABLES, this, 0);
        }
        return pgtable().get().orElseThrow(() -> kernel.log().nullAccess(NO_TABLES, this));
    }

    @Override
    public boolean hasFreedTables() {
        return freed().get() || freedTables.get();
    }

    // ---- invalidation

    @Override
    public void flushAll() {
        kernel.driverRun(
                FLUSH_ALL,
                this,
                () -> attached.each(iommu -> {
                    if (iommu.enableClocks() != 0) {
                        return false;
                    }
                    for (MsmCtxDev master : iommu.masters().toList()) {
                        iommu.registers().flushContext(master.context());
                    }
                    iommu.disableClocks();
                    return true;
                }));
    }

    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        kernel.driverRun(FLUSH_WALK, this, () -> flushRange(iova, bytes, granule));
    }

    @Override
    public void addPage(IotlbGather gather, long iova, long granule) {
        kernel.driverRun(FLUSH_PAGE, this, () -> flushRange(iova, granule, granule));
    }

    /**
     * __flush_iotlb_range. The address runs on from master to master and from IOMMU to IOMMU and is never set back: the
     * second port of a device is told the range behind the one that was meant (a defect of the kernel's).
     */
    void flushRange(long iova, long bytes, long granule) {
        long[] at = {iova};
        attached.each(iommu -> {
            if (iommu.enableClocks() != 0) {
                return false;
            }
            for (MsmCtxDev master : iommu.masters().toList()) {
                at[0] = iommu.registers().flushRange(master.context(), at[0], bytes, granule);
            }
            iommu.disableClocks();
            return true;
        });
    }
}
