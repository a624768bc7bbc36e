package org.iommulab.dma;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct dma_iommu_mapping}: an UNMANAGED domain with its own allocator of addresses and a reference count. */
public final class ArmMapping extends SimObject {
    private static final int PAGE_SHIFT = 12;

    private final int number;
    private final long base;
    private final long size;
    private final RefCell<IommuDomain> domain;
    private final LongCell references;
    private final RefCell<Device> madeFor;
    private final IovaBitmap bitmap;

    ArmMapping(Machine machine, int number, long base, long size, IommuDomain newDomain) {
        super(machine);
        this.number = number;
        this.base = base;
        this.size = size;
        this.domain = new RefCell<>(this, Lane.CORE, Term.reference("mapping.domain"), IommuDomain.class);
        this.references = new LongCell(this, Lane.CORE, Term.count("mapping.kref"));
        this.madeFor =
                new RefCell<>(this, Lane.CORE, Term.reference("mapping made by arch_setup_dma_ops for"), Device.class);
        this.bitmap = new IovaBitmap(machine, size >>> PAGE_SHIFT);
        domain.setQuietly(Optional.of(newDomain));
        references.set(1);
    }

    @Override
    public String label() {
        return "mapping " + number;
    }

    public long base() {
        return base;
    }

    public long size() {
        return size;
    }

    public RefCell<IommuDomain> domain() {
        return domain;
    }

    public LongCell references() {
        return references;
    }

    /** The device for which the platform made it at probe; NULL for a driver's own mapping. For rules. */
    public RefCell<Device> madeFor() {
        return madeFor;
    }

    /** __alloc_iova: the bus address, or {@link DmaOps#ERROR}. */
    long allocate(long bytes) {
        long page = bitmap.allocate((int) (bytes >>> PAGE_SHIFT));
        return page < 0 ? DmaOps.ERROR : base + (page << PAGE_SHIFT);
    }

    /** __free_iova. */
    void free(long address, long bytes) {
        bitmap.free(address - base >>> PAGE_SHIFT, (int) (bytes >>> PAGE_SHIFT));
    }
}
