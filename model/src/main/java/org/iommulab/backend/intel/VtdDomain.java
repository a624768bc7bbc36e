package org.iommulab.backend.intel;

import java.util.List;
import java.util.TreeSet;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** {@code struct dmar_domain}: tables, the devices that use them, and a domain id on each of their units. */
final class VtdDomain extends IommuDomain implements VtdTableNeeds {
    private static final Term MAPPING = Term.function("__domain_mapping", "drivers/iommu/intel/iommu.c");
    private static final Term ALREADY = LogText.of("<2>DMAR: ERROR: DMA PTE for vPFN 0x%x already set (to %x");
    private static final Term ALREADY_NEW = LogText.of("<c> not %x)");
    /** DEFAULT_DOMAIN_ADDRESS_WIDTH: five levels, until a device's unit is known. */
    private static final int WIDEST = 57;

    static final int MOST_LEVELS = 5;

    private static final List<String> LEVELS = List.of("level 1", "level 2", "level 3", "level 4", "level 5");

    private final Kernel kernel;
    private final VtdFlush flush;
    private final List<VtdInstance> all;
    private final Use use;
    private final VtdPageTable table;
    private final RefList<VtdDevice> devices;
    private final VtdUnitUses uses;
    private final RefList<VtdDevPasid> pasids;
    private final RefList<VtdNestedDomain> nested;
    private final LongCell width;
    private final LongCell largeLevels;
    private final LongCell pageSizes;
    private final LongCell apertureEnd;
    private final LongCell maxAddress;
    private final FlagCell forceSnooping;
    private final FlagCell hasMappings;
    private final SpinLock lock;

    /**
     * What kind of domain it is.
     *
     * @param identity the static identity domain of 6.1 to 6.9, si_domain
     * @param largePages false with {@code intel_iommu=sp_off}
     * @param levels of its tables at first
     * @param nestParent whether guests' tables may stand on it
     */
    record Use(boolean firstLevel, boolean identity, boolean largePages, int levels, boolean nestParent) {}

    /**
     * @param number its place among the domains of this boot, for its label
     * @param all the units of the machine
     */
    VtdDomain(Site site, VtdFlush flush, List<VtdInstance> all, int number, Use use) {
        super(site.kernel().machine(), number);
        this.kernel = site.kernel();
        this.flush = flush;
        this.all = all;
        this.use = use;
        this.devices = new RefList<>(this, VtdDevice.class);
        this.uses = new VtdUnitUses(this, all);
        this.pasids = new RefList<>(this, VtdDevPasid.class);
        this.nested = new RefList<>(this, VtdNestedDomain.class);
        this.width = new LongCell(this, Lane.DRIVER, Term.count("gaw"));
        this.largeLevels = new LongCell(this, Lane.DRIVER, Term.count("iommu_superpage"));
        this.pageSizes = new LongCell(this, Lane.DRIVER, Term.hex("pgsize_bitmap"));
        this.apertureEnd = new LongCell(this, Lane.DRIVER, Term.hex("geometry.aperture_end"));
        this.maxAddress = new LongCell(this, Lane.DRIVER, Term.hex("max_addr"));
        this.forceSnooping = new FlagCell(this, Lane.DRIVER, Term.flag("force_snooping"));
        this.hasMappings = new FlagCell(this, Lane.DRIVER, Term.flag("has_mappings"));
        this.lock = new SpinLock(kernel, this, "domain.lock");
        width.setQuietly(WIDEST);
        pageSizes.setQuietly(VtdLayout.PAGE);
        apertureEnd.setQuietly((1L << WIDEST) - 1);
        var stage = use.firstLevel() ? VtdFormat.Stage.FIRST : VtdFormat.Stage.SECOND;
        var events = new TableEvents(this, LEVELS);
        this.table =
                new VtdPageTable(this, site.memory(), site.frames(), new VtdFormat(stage, use.levels()), events, this);
    }

    @Override
    public String label() {
        return use.identity() ? "si_domain" : super.label();
    }

    @Override
    protected boolean isStatic() {
        return use.identity();
    }

    /** domain_type_is_si. */
    boolean identity() {
        return use.identity();
    }

    boolean firstLevel() {
        return use.firstLevel();
    }

    VtdPageTable table() {
        return table;
    }

    RefList<VtdDevice> devices() {
        return devices;
    }

    /** {@code dev_pasids}: PASIDs of devices that it has, besides devices that are on it without one. */
    RefList<VtdDevPasid> pasids() {
        return pasids;
    }

    /** {@code s1_domains}: guests' tables that stand on it. */
    RefList<VtdNestedDomain> nested() {
        return nested;
    }

    /** {@code nested_parent}. */
    boolean isNestParent() {
        return use.nestParent();
    }

    /** Under which PASIDs a unit can keep something of it, 0 for requests without one (the domain's cache tags). */
    List<Integer> pasidsOn(VtdInstance iommu) {
        var all = new TreeSet<Integer>();
        if (devices.toList().stream().anyMatch(info -> info.iommu() == iommu)) {
            all.add(VtdFlush.NO_PASID);
        }
        pasids.toList().stream()
                .filter(each -> each.info().iommu() == iommu)
                .map(VtdDevPasid::pasid)
                .forEach(all::add);
        return List.copyOf(all);
    }

    SpinLock lock() {
        return lock;
    }

    /** {@code gaw}: bits of an input address. */
    LongCell width() {
        return width;
    }

    /** The end of what was ever mapped. */
    LongCell maxAddress() {
        return maxAddress;
    }

    FlagCell forceSnooping() {
        return forceSnooping;
    }

    FlagCell hasMappings() {
        return hasMappings;
    }

    // ---- on which units it is

    /** The units behind which it has devices, in their order. */
    List<VtdInstance> iommus() {
        return uses.iommus();
    }

    /** domain_id_iommu. */
    int idOn(VtdInstance iommu) {
        return uses.idOn(iommu);
    }

    /** domain_attach_iommu: whether there was a domain id for it. */
    boolean attach(VtdInstance iommu) {
        VtdUnitUses.Attached attached = uses.attach(iommu);
        if (attached == VtdUnitUses.Attached.FIRST) {
            updateCaps();
        }
        return attached != VtdUnitUses.Attached.NO_ID;
    }

    /** paging_domain_alloc: made for a device, it is as wide as the device's unit from the beginning. */
    void fit(VtdInstance iommu) {
        width.setQuietly(Math.min(iommu.width(), iommu.caps().mgaw()));
        // iommu_superpage_capability: of this unit alone
        int large = use.largePages() ? iommu.caps().largePages() & 3 : 0;
        takeSizes(large);
    }

    /** domain_detach_iommu. */
    void detach(VtdInstance iommu) {
        if (uses.detach(iommu)) {
            updateCaps();
        }
    }

    /** domain_update_iommu_cap: large pages that all units of the machine have; addresses that its own have. */
    private void updateCaps() {
        int large = use.largePages() ? 3 : 0;
        for (VtdInstance iommu : all) {
            large &= use.firstLevel()
                    ? (iommu.caps().firstLevelGigabyte() ? 3 : 1)
                    : iommu.caps().largePages();
        }
        takeSizes(large);
    }

    private void takeSizes(int large) {
        int levels = 32 - Integer.numberOfLeadingZeros(large);
        largeLevels.set(levels);
        long sizes = (levels >= 1 ? 1L << 21 : 0) | (levels >= 2 ? 1L << 30 : 0);
        pageSizes.set(pageSizes.get() | sizes);
        // of first-level addresses the highest bit is a sign
        apertureEnd.set((1L << width.get() - (use.firstLevel() ? 1 : 0)) - 1);
    }

    // ---- what its table asks

    @Override
    public int largeLevels() {
        return (int) largeLevels.get();
    }

    private boolean hasExecuteDisable() {
        // gone by 6.12; since which release is unverified
        return !kernel.since(Version.V6_12);
    }

    @Override
    public long attributes(int prot) {
        long allowed = prot & (Prot.READ | Prot.WRITE) | VtdFormat.PRESENT;
        if (!use.firstLevel()) {
            return allowed | (forceSnooping.get() ? VtdFormat.SNOOP : 0);
        }
        return allowed
                | VtdFormat.USER
                | VtdFormat.ACCESSED
                | ((prot & Prot.WRITE) != 0 ? VtdFormat.DIRTY : 0)
                | (hasExecuteDisable() ? VtdFormat.EXECUTE_DISABLE : 0);
    }

    @Override
    public long pointer(long address) {
        long pointer = address | VtdFormat.READ | VtdFormat.WRITE;
        return use.firstLevel()
                ? pointer | VtdFormat.USER | VtdFormat.ACCESSED | (hasExecuteDisable() ? VtdFormat.EXECUTE_DISABLE : 0)
                : pointer;
    }

    @Override
    public void flush(long iova, long bytes) {
        flush.range(this, VtdPages.of(iova, bytes >>> 12), false);
    }

    @Override
    public void alreadySet(long vpfn, long old, long entry) {
        kernel.log().line(ALREADY, kernel, vpfn, old);
        kernel.log().line(ALREADY_NEW, kernel, entry, 0);
        kernel.log().warnOn(MAPPING, this);
    }

    // ---- as the core, and who looks, sees it

    @Override
    protected long pageSizes() {
        return pageSizes.get();
    }

    /** domain_update_iommu_cap adds the large ones; 4 KiB comes from the table. */
    @Override
    protected long ownPageSizes() {
        return pageSizes() & -(VtdLayout.PAGE << 1);
    }

    @Override
    public long apertureEnd() {
        return apertureEnd.get();
    }

    @Override
    public long tableBase() {
        return table.base();
    }

    @Override
    public long mappedPages() {
        return table.mappedBytes() >>> 12;
    }

    @Override
    public int tableCount() {
        return table.tableCount();
    }

    @Override
    public long lookUp(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }
}
