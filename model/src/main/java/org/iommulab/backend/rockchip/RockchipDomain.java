package org.iommulab.backend.rockchip;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableDomain;
import org.iommulab.backend.TableEvents;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct rk_iommu_domain}: a table, and the IOMMUs that the driver has put on it. All that changes the table also
 * evicts it, at once, from the IOMMUs that are in use; nobody syncs later.
 */
final class RockchipDomain extends TableDomain {
    private static final String FILE = RockchipIommu.FILE;
    /** Every power of two from one page to one page table; the hardware has 4 KiB alone. */
    private static final long PAGE_SIZES = 0x007f_f000;

    private static final long LAST_32_BIT = 0xffff_ffffL;
    private static final Term ZAP = Term.of("rk_iommu_zap_iova", FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    private static final Term FREED_LOCK = Term.reference("domain.iommus_lock, freed");
    private static final Term IN_USE_32 = LogText.of("<3>iova: 0x%08x already mapped to 0x%08x");
    private static final Term IN_USE_64 = LogText.of("<3>iova: 0x%016x already mapped to 0x%016x");
    private static final Term NO_REMAP_32 = LogText.of("<c> cannot remap to phys: 0x%08x prot: 0x%x");
    private static final Term NO_REMAP_64 = LogText.of("<c> cannot remap to phys: 0x%016x prot: 0x%x");

    private final Kernel kernel;
    private final WarnOnce zapWithoutPm;
    private final RockchipPageTable table;
    private final boolean swapped;
    private final RefList<RockchipIommu> iommus;
    private final FlagCell endless;
    private final SpinLock iommusLock;

    /** @param zapWithoutPm the WARN_ON_ONCE of rk_iommu_zap_iova */
    RockchipDomain(Site site, int number, RockchipFormat format, WarnOnce zapWithoutPm) {
        super(site.kernel(), number, PAGE_SIZES, LAST_32_BIT, "domain.dt_lock");
        this.kernel = site.kernel();
        this.zapWithoutPm = zapWithoutPm;
        this.iommus = new RefList<>(this, RockchipIommu.class);
        this.endless = new FlagCell(this, Lane.DRIVER, Term.flag("iommus leads back into itself"));
        this.iommusLock = new SpinLock(kernel, this, "domain.iommus_lock");
        this.swapped = format == RockchipFormat.V2 && !kernel.since(Version.V6_2);
        this.table = new RockchipPageTable(
                site.memory(), site.frames(), format, this::zap, new TableEvents(this, List.of("dte", "pte")));
    }

    @Override
    protected Translation table() {
        return table;
    }

    // ---- the list

    List<RockchipIommu> iommus() {
        return iommus.toList();
    }

    boolean isInUse() {
        return !iommus.isEmpty() || endless.get();
    }

    /**
     * list_add_tail. A node that is on a list already gets new neighbours there, and the old list then never comes back
     * to its head: without CONFIG_DEBUG_LIST nobody looks.
     */
    void add(RockchipIommu iommu) {
        iommusLock.with(() -> {
            iommu.node().get().ifPresent(old -> old.endless.set(true));
            if (!iommus.contains(iommu)) {
                iommus.add(iommu);
            }
            iommu.node().set(this);
        });
    }

    /** list_del_init; the domain may have been freed meanwhile, when nobody told the driver. */
    void remove(RockchipIommu iommu) {
        if (freed().get()) {
            kernel.machine().useAfterFree(Lane.DRIVER, FREED_LOCK, iommu.device(), id());
        }
        iommusLock.with(() -> {
            iommus.remove(iommu);
            iommu.node().setNull();
        });
    }

    /** rk_iommu_zap_iova: each page, in every bank of every IOMMU that is in use. */
    private void zap(long iova, long bytes) {
        kernel.machine()
                .run(
                        Lane.DRIVER,
                        ZAP,
                        this,
                        iova,
                        bytes,
                        () -> iommusLock.with(() -> {
                            for (RockchipIommu iommu : iommus.toList()) {
                                iommu.ifInUse(
                                        zapWithoutPm,
                                        () -> iommu.withClocks(
                                                () -> iommu.sequences().zap(iova, bytes)));
                            }
                            if (endless.get()) {
                                throw kernel.log().endlessList(ZAP, this, true);
                            }
                        }));
    }

    // ---- mappings

    /** rk_iommu_map: 0 or a negative errno. */
    long map(long iova, long physical, long size, int prot) {
        long[] error = new long[1];
        tableLock().with(() -> {
            error[0] = table.mapOne(iova, physical, size, asWritten(prot));
            if (error[0] != 0) {
                complain(iova, physical, size, prot);
            }
        });
        return error[0];
    }

    // Up to v6.1 the driver has the bits for reading and writing of version 2 the wrong way round.
    private int asWritten(int prot) {
        return swapped ? (prot & Prot.READ) << 1 | (prot & Prot.WRITE) >> 1 : prot;
    }

    // A page is in the way: the first of the range that is there, for those before it have been taken back.
    private void complain(long iova, long physical, long size, int prot) {
        for (long at = 0; at < size; at += RockchipFormat.PAGE) {
            long page = table.translate(iova + at);
            if (page != Translation.NOT_MAPPED) {
                boolean wide = !kernel.config("ARM");
                kernel.log().line(wide ? IN_USE_64 : IN_USE_32, kernel, iova + at, page);
                kernel.log().line(wide ? NO_REMAP_64 : NO_REMAP_32, kernel, physical + at, prot);
                return;
            }
        }
    }

    /** rk_iommu_unmap: bytes up to the first page that was not mapped. The zap comes after the lock. */
    long unmap(long iova, long size) {
        long[] removed = new long[1];
        tableLock().with(() -> removed[0] = table.clear(iova, size));
        if (removed[0] == RockchipPageTable.NO_PAGE_TABLE) {
            return 0;
        }
        zap(iova, removed[0]);
        return removed[0];
    }

    long iovaToPhys(long iova) {
        long[] address = new long[1];
        tableLock().with(() -> address[0] = lookUp(iova));
        return address[0];
    }

    /** Directory and page tables go back to the allocator. */
    void freeTables() {
        table.free();
    }

    // ---- for those who look

    @Override
    public long mappedPages() {
        return table.radix().mappedBytes() / RockchipFormat.PAGE;
    }

    @Override
    public int tableCount() {
        int[] count = {0};
        table.radix().visitTables((level, address) -> count[0]++);
        return count[0];
    }
}
