package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct omap_iommu}: what the driver keeps for one IOMMU, and what it does to it. */
final class OmapIommu extends SimObject implements PowerCallbacks {
    private static final String FILE = "drivers/iommu/omap-iommu.c";
    private static final Term RESUME = Term.function("omap_iommu_runtime_resume", FILE);
    private static final Term SUSPEND = Term.function("omap_iommu_runtime_suspend", FILE);
    private static final Term ENABLE = Term.function("omap2_iommu_enable", FILE);
    private static final Term DISABLE = Term.function("omap2_iommu_disable", FILE);
    private static final Term SAVE = Term.function("omap_iommu_save_tlb_entries", FILE);
    private static final Term RESTORE = Term.function("omap_iommu_restore_tlb_entries", FILE);
    private static final Term FLUSH_PAGE =
            Term.of("flush_iotlb_page", FILE, Term.Operand.HEX, Term.Operand.NONE, Term.Operand.NONE);
    private static final Term FLUSH_ALL = Term.function("flush_iotlb_all", FILE);
    private static final Term CLEAR_ALL = Term.function("iopgtable_clear_entry_all", FILE);
    private static final Term ATTACH = Term.function("omap_iommu_attach", FILE);
    private static final Term DETACH = Term.function("omap_iommu_detach", FILE);
    private static final Term VERSION = LogText.of("<6>%n: version %d.%d");

    private final Kernel kernel;
    private final IommuDevice instance;
    private final OmapSequences registers;
    private final Reset reset;
    private final RefCell<IommuDomain> domain;
    private final RefCell<OmapMirror> iopgd;
    private final RefCell<Group> group;
    private final FlagCell probed;
    private final SpinLock lock;
    private final SpinLock tableLock;
    private final LongCell savedCount;
    private final int saved;

    /** The reset line and the clocks of the IOMMU (struct iommu_platform_data). */
    interface Reset {
        void deassert();

        void assertLine();
    }

    OmapIommu(Kernel kernel, IommuDevice instance, OmapSequences registers, Reset reset) {
        super(kernel.machine());
        this.kernel = kernel;
        this.instance = instance;
        this.registers = registers;
        this.reset = reset;
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("oiommu.domain"), IommuDomain.class);
        this.iopgd = new RefCell<>(this, Lane.DRIVER, Term.reference("oiommu.iopgd"), OmapMirror.class);
        this.group = new RefCell<>(this, Lane.DRIVER, Term.reference("oiommu.group"), Group.class);
        this.probed = new FlagCell(this, Lane.DRIVER, Term.flag("driver_data"));
        this.lock = new SpinLock(kernel, this, "oiommu.iommu_lock");
        this.tableLock = new SpinLock(kernel, this, "oiommu.page_table_lock");
        this.savedCount = new LongCell(this, Lane.DRIVER, Term.count("oiommu.num_cr_ctx"));
        this.saved = kernel.machine().newCells(2 * registers.slots());
    }

    @Override
    public String label() {
        return device().label() + " data";
    }

    Device device() {
        return instance.device();
    }

    IommuDevice instance() {
        return instance;
    }

    OmapSequences registers() {
        return registers;
    }

    /** Of the device in front of which it is; NULL while nothing is attached. */
    RefCell<IommuDomain> domain() {
        return domain;
    }

    /** The table that it walks. */
    RefCell<OmapMirror> iopgd() {
        return iopgd;
    }

    RefCell<Group> group() {
        return group;
    }

    /** Whether its device's driver data is set, by which the driver knows an IOMMU that was probed. */
    FlagCell probed() {
        return probed;
    }

    // ---- attaching

    /** omap_iommu_attach: waking it up enables it. */
    void attach(OmapMirror mirror) {
        kernel.driverRun(
                ATTACH,
                device(),
                () -> lock.with(() -> {
                    iopgd.set(mirror);
                    device().power().get(kernel);
                    flushAll();
                }));
    }

    /** omap_iommu_detach. */
    void detach() {
        kernel.driverRun(
                DETACH,
                device(),
                () -> lock.with(() -> {
                    iopgd.setNull();
                    device().power().putSync(kernel);
                }));
    }

    // ---- mappings

    /** omap_iopgtable_store_entry: 0 or an errno. */
    long store(long iova, long physical, long size) {
        flushPage(iova);
        int[] error = new int[1];
        Runnable gap = () -> {
            // memory is allocated without the lock
            tableLock.unlock();
            tableLock.lock();
        };
        tableLock.with(() -> error[0] = iopgd.require().table().store(iova, physical, size, gap));
        return error[0];
    }

    /** iopgtable_clear_entry: bytes. */
    long clear(long iova) {
        long[] bytes = new long[1];
        tableLock.with(() -> {
            bytes[0] = iopgd.require().table().clear(iova);
            flushPage(iova);
        });
        return bytes[0];
    }

    void clearAll() {
        kernel.driverRun(
                CLEAR_ALL,
                device(),
                () -> tableLock.with(() -> {
                    iopgd.require().table().clearAll();
                    flushAll();
                }));
    }

    /** flush_iotlb_page: an IOMMU that sleeps is woken for it. */
    private void flushPage(long iova) {
        kernel.machine()
                .run(Lane.DRIVER, FLUSH_PAGE, device(), iova, 0, () -> powered(() -> registers.flushPage(iova)));
    }

    private void flushAll() {
        kernel.driverRun(FLUSH_ALL, device(), () -> powered(registers::flushAll));
    }

    private void powered(Runnable body) {
        device().power().get(kernel);
        body.run();
        device().power().putSync(kernel);
    }

    // ---- runtime PM

    @Override
    public void powerOn() {}

    @Override
    public void powerOff() {}

    /** omap_iommu_runtime_resume. Nobody wakes it but for a table. */
    @Override
    public void resume() {
        kernel.driverRun(RESUME, device(), () -> {
            reset.deassert();
            // not when it is powered up for an attach: the domain is noted afterwards
            if (!domain.isNull()) {
                kernel.driverRun(RESTORE, device(), () -> registers.restore(savedSlots()));
            }
            iopgd.get().ifPresent(mirror -> kernel.driverRun(ENABLE, device(), () -> enable(mirror)));
        });
    }

    private void enable(OmapMirror mirror) {
        int revision = registers.registers().read32(OmapLayout.REVISION);
        kernel.log().line(VERSION, device(), revision >>> 4 & 0xf, revision & 0xf);
        registers.enable(mirror.table().base());
    }

    /** omap_iommu_runtime_suspend: pinned entries are saved, but not when it is powered down by a detach. */
    @Override
    public void suspend() {
        kernel.driverRun(SUSPEND, device(), () -> {
            if (!domain.isNull() && !iopgd.isNull()) {
                kernel.driverRun(SAVE, device(), () -> save(registers.pinned()));
            }
            kernel.driverRun(DISABLE, device(), registers::disable);
            reset.assertLine();
        });
    }

    private void save(List<OmapSequences.Slot> slots) {
        savedCount.set(slots.size());
        for (int i = 0; i < slots.size(); i++) {
            machine().store(saved + 2 * i, slots.get(i).cam() & 0xffff_ffffL);
            machine().store(saved + 2 * i + 1, slots.get(i).ram() & 0xffff_ffffL);
        }
    }

    private List<OmapSequences.Slot> savedSlots() {
        var slots = new ArrayList<OmapSequences.Slot>();
        for (int i = 0; i < savedCount.get(); i++) {
            slots.add(new OmapSequences.Slot(
                    (int) machine().load(saved + 2 * i), (int) machine().load(saved + 2 * i + 1)));
        }
        return slots;
    }

    /** The table entry of a level for an address, as the fault handler looks at it. */
    Optional<Long> entry(int level, long iova) {
        return iopgd.get().map(mirror -> mirror.table().radix().entry(level, iova));
    }
}
