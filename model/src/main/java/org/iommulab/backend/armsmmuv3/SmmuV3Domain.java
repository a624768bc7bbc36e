package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.IoPgtableDomain;
import org.iommulab.backend.LpaeIoPgtable;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.ProcessTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.pagetable.lpae.LpaeRegisters;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** {@code struct arm_smmu_domain}, with the invalidations that its tables ask for ({@code arm_smmu_flush_ops}). */
final class SmmuV3Domain extends IoPgtableDomain<LpaeIoPgtable> implements IoPgtable.FlushOps, ProcessTable.Follower {
    /** {@code enum arm_smmu_domain_stage}. */
    enum Stage {
        ONE,
        TWO,
        BYPASS
    }

    /** Pages of the kernel's processes. */
    private static final long PROCESS_PAGE = 4096;

    private final long pageSizesBefore;
    private final LongCell stage;
    private final LongCell id;
    private final RefCell<SmmuV3Device> smmu;
    private final LongCell cdTable;
    private final RefList<SmmuV3Master> devices;
    private final Mutex initMutex;
    private final RefCell<ProcessTable> process;
    private final FlagCell stalls;

    /**
     * @param number its place among the domains of this boot, for its label
     * @param pageSizesBefore what the ops say while the domain has no unit
     */
    SmmuV3Domain(Kernel kernel, int number, long pageSizesBefore) {
        super(kernel.machine(), number, "smmu_domain.pgtbl_ops", LpaeIoPgtable.class);
        this.pageSizesBefore = pageSizesBefore;
        this.stage = new LongCell(this, Lane.DRIVER, Term.count("smmu_domain.stage"));
        this.id = new LongCell(this, Lane.DRIVER, Term.count("smmu_domain: ASID or VMID"));
        this.smmu = new RefCell<>(this, Lane.DRIVER, Term.reference("smmu_domain.smmu"), SmmuV3Device.class);
        this.cdTable = new LongCell(this, Lane.DRIVER, Term.hex("smmu_domain.s1_cfg.cdcfg.cdtab_dma"));
        this.devices = new RefList<>(this, SmmuV3Master.class);
        this.process = new RefCell<>(this, Lane.DRIVER, Term.reference("domain.mm"), ProcessTable.class);
        this.stalls = new FlagCell(this, Lane.DRIVER, Term.flag("smmu_domain.stall_enabled"));
        this.initMutex = new Mutex(kernel, this, "smmu_domain.init_mutex");
    }

    /** The unit that it is for; NULL before the first attach (6.12: before it is made for a device). */
    RefCell<SmmuV3Device> smmu() {
        return smmu;
    }

    Stage stage() {
        return Stage.values()[(int) stage.get()];
    }

    void setStage(Stage newStage) {
        stage.setQuietly(newStage.ordinal());
    }

    /** arm_smmu_enable_nesting: stage 2 where the unit has it; -EPERM once the domain is ready, as in 6.12 it always is. */
    long enableNesting() {
        return initMutex.with(() -> {
            if (!smmu.isNull()) {
                return Errno.EPERM.negative();
            }
            setStage(Stage.TWO);
            return 0;
        });
    }

    /** Its tag in the unit's TLB: an ASID in stage 1, a VMID in stage 2; 0 for none. */
    LongCell tag() {
        return id;
    }

    /** Its table of context descriptors, up to 6.4; later each master has its own. */
    LongCell cdTable() {
        return cdTable;
    }

    /** {@code devices}. */
    RefList<SmmuV3Master> devices() {
        return devices;
    }

    /** The process whose table it is; NULL for a domain with tables of its own. */
    RefCell<ProcessTable> process() {
        return process;
    }

    /** Up to 6.4, when its one descriptor is for all devices: whether their accesses wait after a fault. */
    FlagCell stalls() {
        return stalls;
    }

    /** arm_smmu_mm_arch_invalidate_secondary_tlbs. */
    @Override
    public void changed(long start, long end) {
        flushRange(start, end - start, PROCESS_PAGE, false);
    }

    Mutex initMutex() {
        return initMutex;
    }

    private LpaeRegisters registers() {
        return pgtable().require().table().registers();
    }

    /** The context descriptor for its table. */
    SmmuV3Cd context() {
        return process.get()
                .map(owner -> SmmuV3Entries.ofProcess(
                        (int) id.get(), owner.root(), smmu.require().idr().outputSize()))
                .orElseGet(() -> SmmuV3Entries.context((int) id.get(), (LpaeRegisters.StageOne) registers()));
    }

    /** The stream table entry for its table of stage 2. */
    SmmuV3Ste stageTwo() {
        return SmmuV3Entries.stageTwo(smmu.require(), (int) id.get(), (LpaeRegisters.StageTwo) registers());
    }

    // ---- geometry

    @Override
    protected long pageSizes() {
        return pgtable()
                .get()
                .map(tables -> tables.table().format().config().pageSizes())
                .orElse(pageSizesBefore);
    }

    /** All: whatever the table says at first, the probe of each unit adds the unit's. */
    @Override
    protected long ownPageSizes() {
        return pageSizes();
    }

    @Override
    public long apertureEnd() {
        return pgtable()
                .get()
                .map(tables -> (1L << tables.table().format().config().inputBits()) - 1)
                .orElse(0L);
    }

    @Override
    public boolean forcesAperture() {
        return !pgtable().isNull();
    }

    // ---- invalidation

    /** arm_smmu_tlb_inv_context. */
    @Override
    public void flushAll() {
        SmmuV3Device unit = smmu.require();
        unit.commands()
                .issueWithSync(
                        stage() == Stage.ONE
                                ? SmmuV3Command.forgetAsid((int) id.get(), hostExtension(unit))
                                : SmmuV3Command.forgetVmid((int) id.get()));
    }

    private static boolean hostExtension(SmmuV3Device unit) {
        return unit.has(SmmuV3Feature.HOST_EXTENSION);
    }

    /** arm_smmu_tlb_inv_walk. */
    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        flushRange(iova, bytes, granule, false);
    }

    /** arm_smmu_tlb_inv_page_nosync: nothing is sent. */
    @Override
    public void addPage(IotlbGather gather, long iova, long granule) {
        gather.addPage(this, iova, granule);
    }

    /** arm_smmu_tlb_inv_range_domain. */
    void flushRange(long iova, long bytes, long granule, boolean leaf) {
        SmmuV3Device unit = smmu.require();
        if (bytes == 0) {
            return;
        }
        List<SmmuV3Command.Pages> pages =
                SmmuV3Ranges.of(iova, bytes, granule, leaf, pgsizeBitmap(), unit.has(SmmuV3Feature.RANGE_INVALIDATION));
        unit.commands().submit(pages.stream().map(this::command).toList());
    }

    private SmmuV3Command command(SmmuV3Command.Pages pages) {
        return stage() == Stage.ONE
                ? SmmuV3Command.forgetVa((int) id.get(), hostExtension(smmu.require()), pages)
                : SmmuV3Command.forgetIpa((int) id.get(), pages);
    }
}
