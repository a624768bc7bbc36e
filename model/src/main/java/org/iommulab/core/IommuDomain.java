package org.iommulab.core;

import java.util.Optional;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct iommu_domain}. A driver makes its own kind of it, with the tables inside. */
public abstract class IommuDomain extends SimObject {
    private final int number;
    private final LongCell type;
    private final RefCell<DriverOps> ops;
    private final FlagCell freed;
    private final FlagCell hasHandler;
    private final LongCell handlerAnswer;
    private final RefCell<SimObject> cookie;
    private final LongCell users;
    private final FlagCell withoutTablesSizes;
    private final RefCell<SimObject> iopfHandler;

    /** @param number its place among the domains of this boot, from 1, for its label */
    protected IommuDomain(Machine machine, int number) {
        super(machine);
        this.number = number;
        this.type = new LongCell(this, Lane.CORE, Term.count("type"));
        this.ops = new RefCell<>(this, Lane.CORE, Term.reference("ops"), DriverOps.class);
        this.freed = new FlagCell(this, Lane.CORE, Term.flag("freed"));
        this.hasHandler = new FlagCell(this, Lane.CORE, Term.flag("handler"));
        this.handlerAnswer = new LongCell(this, Lane.CORE, Term.count("handler answer"));
        this.users = new LongCell(this, Lane.CORE, Term.count("domain.users"));
        this.withoutTablesSizes = new FlagCell(this, Lane.CORE, Term.flag("pgsize_bitmap not of the table"));
        this.iopfHandler = new RefCell<>(this, Lane.CORE, Term.reference("iopf_handler"), SimObject.class);
        this.cookie = new RefCell<>(this, Lane.CORE, Term.reference("iova_cookie"), SimObject.class);
    }

    @Override
    public String label() {
        return "domain " + number;
    }

    public final DomainType type() {
        return DomainType.of((int) type.get()).orElseThrow();
    }

    final void setType(DomainType newType) {
        type.setQuietly(newType.number());
    }

    /** iommu_dma_init_domain (v6.5): DMA_FQ for a device that cannot put off invalidations is DMA, without a word. */
    public final void becomeStrict() {
        setType(DomainType.DMA);
    }

    /** iommu_dma_init_fq for a DMA domain: the same domain goes on as DMA_FQ, and nothing is attached. */
    final void becomeLazy(DmaCookies cookies) {
        cookies.startFlushQueue(this);
        setType(DomainType.DMA_FQ);
    }

    public final RefCell<DriverOps> ops() {
        return ops;
    }

    /** Whether a driver has it once, for all its devices, so that iommu_domain_free leaves it as it is. */
    protected boolean isStatic() {
        return false;
    }

    /** iommu_domain_free has run; whoever still points here points at freed memory. */
    public final FlagCell freed() {
        return freed;
    }

    /** The DMA API's data, {@code iova_cookie}. */
    public final RefCell<SimObject> cookie() {
        return cookie;
    }

    /** Of an SVA domain: the bonds that use it. */
    final LongCell users() {
        return users;
    }

    /** Supported page sizes, a bit for each; 0 where the driver's table was to give them and somebody took them away. */
    public final long pgsizeBitmap() {
        return withoutTablesSizes.get() ? ownPageSizes() : pageSizes();
    }

    /** The driver's table says 0. */
    final void losePageSizesOfTable() {
        withoutTablesSizes.setQuietly(true);
    }

    /** The page sizes, of the driver's table or its own. */
    protected abstract long pageSizes();

    /** Those of them that do not come from the driver's table: what the driver has written into the domain by now. */
    protected long ownPageSizes() {
        return 0;
    }

    /** First usable input address ({@code geometry.aperture_start}). */
    public long apertureStart() {
        return 0;
    }

    /** Last usable input address ({@code geometry.aperture_end}). */
    public abstract long apertureEnd();

    /**
     * Whether the DMA API hands out addresses inside the aperture only ({@code geometry.force_aperture}), as nearly every
     * driver asks for.
     */
    public boolean forcesAperture() {
        return true;
    }

    /** Physical address of the top table, 0 when there is none. For those who look, not for flows. */
    public abstract long tableBase();

    /** Whether hardware that points at this physical address points at this domain. For those who look. */
    public boolean isAt(long pointed) {
        return pointed != 0 && tableBase() == pointed;
    }

    /** Whether its tables were given back: with the domain, before it, or, where free leaks them, never. For those who look. */
    public boolean hasFreedTables() {
        return freed.get();
    }

    /** 4 KiB pages mapped. For those who look. */
    public abstract long mappedPages();

    /** Tables in memory. For those who look. */
    public abstract int tableCount();

    /** Whether a page is mapped here, by the tables in memory: 0 when it is not. For those who look. */
    public abstract long lookUp(long iova);

    /** Who handles page faults of the devices ({@code iopf_handler}); NULL for nobody. */
    public final <T extends SimObject & FaultGroup.Handler> void setFaultHandler(T handler) {
        iopfHandler.set(handler);
    }

    /** {@code iopf_handler = NULL}. */
    public final void noFaultHandler() {
        iopfHandler.setNull();
    }

    final Optional<FaultGroup.Handler> faultHandler() {
        return iopfHandler.get().map(FaultGroup.Handler.class::cast);
    }

    final FlagCell hasHandler() {
        return hasHandler;
    }

    final LongCell handlerAnswer() {
        return handlerAnswer;
    }
}
