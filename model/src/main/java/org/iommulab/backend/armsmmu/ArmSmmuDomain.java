package org.iommulab.backend.armsmmu;

import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.IoPgtableDomain;
import org.iommulab.backend.LpaeIoPgtable;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.core.IotlbGather;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.kernel.SpinLock;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct arm_smmu_domain}, with the invalidations that its tables ask for. */
final class ArmSmmuDomain extends IoPgtableDomain<LpaeIoPgtable> implements IoPgtable.FlushOps {
    private final RefCell<ArmSmmuDevice> smmu;
    private final FlagCell stageTwo;
    private final FlagCell wide;
    private final LongCell bank;
    private final LongCell ofDriver;
    private final LongCell apertureEnd;
    private final Mutex initMutex;
    private final SpinLock lock;

    /** @param pageSizes what the driver's table says, until the tables' format decides */
    ArmSmmuDomain(Kernel kernel, int number, long pageSizes) {
        super(kernel.machine(), number, "smmu_domain.pgtbl_ops", LpaeIoPgtable.class);
        this.smmu = new RefCell<>(this, Lane.DRIVER, Term.reference("smmu_domain.smmu"), ArmSmmuDevice.class);
        this.stageTwo = new FlagCell(this, Lane.DRIVER, Term.flag("stage 2"));
        this.wide = new FlagCell(this, Lane.DRIVER, Term.flag("ARM_SMMU_CTX_FMT_AARCH64"));
        this.bank = new LongCell(this, Lane.DRIVER, Term.count("cfg.cbndx"));
        this.ofDriver = new LongCell(this, Lane.DRIVER, Term.hex("pgsize_bitmap"));
        this.apertureEnd = new LongCell(this, Lane.DRIVER, Term.hex("geometry.aperture_end"));
        this.initMutex = new Mutex(kernel, this, "smmu_domain.init_mutex");
        this.lock = new SpinLock(kernel, this, "smmu_domain.cb_lock");
        ofDriver.setQuietly(pageSizes);
    }

    /** Whose it is; NULL before the first attach. */
    RefCell<ArmSmmuDevice> smmu() {
        return smmu;
    }

    /** The format of its tables is chosen. */
    void choose(boolean newStageTwo, boolean newWide, int newBank) {
        stageTwo.setQuietly(newStageTwo);
        wide.setQuietly(newWide);
        bank.set(newBank);
    }

    /** arm_smmu_enable_nesting: stage 2 where the unit has it; -EPERM once the domain is a unit's. */
    long enableNesting() {
        return initMutex.with(() -> {
            if (!smmu.isNull()) {
                return Errno.EPERM.negative();
            }
            stageTwo.setQuietly(true);
            return 0;
        });
    }

    void limit(LpaeFormat format, int inputBits) {
        ofDriver.set(format.config().pageSizes());
        apertureEnd.set((1L << inputBits) - 1);
    }

    boolean isStageTwo() {
        return stageTwo.get();
    }

    /** Whether its tables are of AArch64. */
    boolean isWide() {
        return wide.get();
    }

    int bank() {
        return (int) bank.get();
    }

    int asid() {
        return bank();
    }

    int vmid() {
        return bank() + 1;
    }

    Mutex initMutex() {
        return initMutex;
    }

    @Override
    protected long pageSizes() {
        return ofDriver.get();
    }

    /** All: whatever the table says at first, the probe of each unit adds the unit's. */
    @Override
    protected long ownPageSizes() {
        return pageSizes();
    }

    @Override
    public long apertureEnd() {
        return apertureEnd.get();
    }

    @Override
    public boolean forcesAperture() {
        return !smmu.isNull();
    }

    // ---- invalidation

    /** arm_smmu_tlb_sync_context. */
    void sync() {
        ArmSmmuDevice device = smmu.require();
        lock.with(() -> {
            device.write(bank(), Register.TLBSYNC, -1);
            // the kernel polls up to a second; the emulated bank is done at once
            device.read(bank(), Register.TLBSTATUS);
        });
    }

    /** arm_smmu_tlb_inv_context_s1, arm_smmu_tlb_inv_context_s2. */
    @Override
    public void flushAll() {
        if (isStageTwo()) {
            smmu.require().registers().write32(ArmSmmuLayout.TLBIVMID, vmid());
            syncGlobal(smmu.require());
        } else {
            smmu.require().write(bank(), Register.S1_TLBIASID, asid());
            sync();
        }
    }

    /** arm_smmu_tlb_sync_global. */
    static void syncGlobal(ArmSmmuDevice device) {
        device.globalSyncLock().with(() -> {
            device.registers().write32(ArmSmmuLayout.STLBGSYNC, -1);
            device.registers().read32(ArmSmmuLayout.STLBGSTATUS);
        });
    }

    /** arm_smmu_tlb_inv_walk_s1, arm_smmu_tlb_inv_walk_s2. */
    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        invalidate(isStageTwo() ? Register.S2_TLBIIPAS2 : Register.S1_TLBIVA, iova, bytes, granule);
        sync();
    }

    /** arm_smmu_tlb_add_page_s1, arm_smmu_tlb_add_page_s2: told to the hardware at once, without a sync. */
    @Override
    public void addPage(IotlbGather gather, long iova, long granule) {
        invalidate(isStageTwo() ? Register.S2_TLBIIPAS2L : Register.S1_TLBIVAL, iova, granule, granule);
    }

    private void invalidate(Register register, long iova, long bytes, long granule) {
        ArmSmmuDevice device = smmu.require();
        for (long at = iova; at < iova + bytes; at += granule) {
            if (isStageTwo() && !isWide()) {
                device.write(bank(), register, (int) (at >>> 12));
            } else if (isStageTwo()) {
                device.writeWide(bank(), register, at >>> 12);
            } else if (isWide()) {
                device.writeWide(bank(), register, at >>> 12 | (long) asid() << ArmSmmuLayout.TTBR_ASID_SHIFT);
            } else {
                device.write(bank(), register, (int) (at & -4096) | asid());
            }
        }
    }
}
