package org.iommulab.backend.virtio;

import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct viommu_domain}: what the driver knows of a domain, its mappings too, whoever has forgotten them. */
final class ViommuDomain extends IommuDomain {
    private final RefCell<ViommuDev> viommu;
    private final LongCell id;
    private final LongCell sizes;
    private final LongCell mapFlags;
    private final LongCell endpoints;
    private final FlagCell bypass;
    private final Mappings mappings;
    private final SpinLock mappingsLock;
    private final Mutex mutex;

    /**
     * @param number its place among the domains of this boot, for its label
     * @param ofDriver the page sizes that the driver's table says, which the first attach may narrow
     */
    ViommuDomain(Kernel kernel, int number, long ofDriver) {
        super(kernel.machine(), number);
        this.viommu = new RefCell<>(this, Lane.DRIVER, Term.reference("viommu"), ViommuDev.class);
        this.id = new LongCell(this, Lane.DRIVER, Term.count("id"));
        this.sizes = new LongCell(this, Lane.DRIVER, Term.hex("pgsize_bitmap"));
        this.mapFlags = new LongCell(this, Lane.DRIVER, Term.hex("map_flags"));
        this.endpoints = new LongCell(this, Lane.DRIVER, Term.count("nr_endpoints"));
        this.bypass = new FlagCell(this, Lane.DRIVER, Term.flag("bypass"));
        this.mappings = new Mappings(machine());
        this.mappingsLock = new SpinLock(kernel, this, "mappings_lock");
        this.mutex = new Mutex(kernel, this, "mutex");
        sizes.setQuietly(ofDriver);
    }

    /** Whose domain it is; NULL before the first attach. */
    RefCell<ViommuDev> viommu() {
        return viommu;
    }

    LongCell domainId() {
        return id;
    }

    LongCell sizes() {
        return sizes;
    }

    LongCell mapFlags() {
        return mapFlags;
    }

    /** nr_endpoints: how many devices are attached; without any the host has no such domain. */
    LongCell endpoints() {
        return endpoints;
    }

    /** Whether the host lets everything pass. */
    FlagCell bypass() {
        return bypass;
    }

    Mappings mappings() {
        return mappings;
    }

    SpinLock mappingsLock() {
        return mappingsLock;
    }

    Mutex mutex() {
        return mutex;
    }

    @Override
    protected long pageSizes() {
        return sizes.get();
    }

    @Override
    public long apertureStart() {
        return viommu.get().map(v -> v.inputStart().get()).orElse(0L);
    }

    @Override
    public long apertureEnd() {
        return viommu.get().map(v -> v.inputEnd().get()).orElse(0L);
    }

    @Override
    public boolean forcesAperture() {
        return !viommu.isNull();
    }

    /** {@inheritDoc} There is none. */
    @Override
    public long tableBase() {
        return 0;
    }

    /** {@inheritDoc} The host's domain of the same number. */
    @Override
    public boolean isAt(long pointed) {
        return viommu.get()
                .filter(v -> ViommuLayout.handle(v.index(), id.get()) == pointed)
                .isPresent();
    }

    /** {@inheritDoc} The host's mappings are not the driver's, and stay. */
    @Override
    public boolean hasFreedTables() {
        return false;
    }

    @Override
    public long mappedPages() {
        return mappings.pages();
    }

    @Override
    public int tableCount() {
        return 0;
    }

    @Override
    public long lookUp(long iova) {
        return mappings.find(iova).map(m -> m.output(iova)).orElse(0L);
    }
}
