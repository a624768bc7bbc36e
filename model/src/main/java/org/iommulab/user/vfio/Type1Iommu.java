package org.iommulab.user.vfio;

import java.util.List;
import java.util.Optional;
import org.iommulab.core.Group;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct vfio_iommu}: what the type 1 back end keeps for one container (drivers/vfio/vfio_iommu_type1.c). */
public final class Type1Iommu extends SimObject {
    /** VFIO_DMA_MAP_FLAG_READ: devices may read. */
    public static final int READ = 1;

    /** VFIO_DMA_MAP_FLAG_WRITE: devices may write. */
    public static final int WRITE = 2;

    /** VFIO_DMA_UNMAP_FLAG_ALL. */
    public static final int UNMAP_ALL = 2;

    static final String FILE = "drivers/vfio/vfio_iommu_type1.c";

    private final Vfio vfio;
    private final int type;
    private final RefList<Type1Domain> domains;
    private final IovaRanges ranges;
    private final DmaEntries entries;
    private final LongCell available;
    private final LongCell pageSizes;
    private final Type1Attach attaching;
    private final Type1Map mapping;
    private final Type1Unmap unmapping;

    Type1Iommu(Vfio vfio, int type) {
        super(vfio.machine());
        this.vfio = vfio;
        this.type = type;
        this.domains = new RefList<>(this, Type1Domain.class);
        this.ranges = new IovaRanges(machine());
        this.entries = new DmaEntries(machine());
        this.available = new LongCell(this, Lane.USER, Term.count("dma_avail"));
        this.pageSizes = new LongCell(this, Lane.USER, Term.hex("pgsize_bitmap"));
        this.unmapping = new Type1Unmap(this);
        this.mapping = new Type1Map(this, unmapping);
        this.attaching = new Type1Attach(this, unmapping);
        available.setQuietly(vfio.parameters().dmaEntryLimit());
    }

    @Override
    public String label() {
        return isV2() ? "type1 v2 iommu" : "type1 iommu";
    }

    Vfio vfio() {
        return vfio;
    }

    /** Version 2 does not let a mapping be unmapped in part. */
    boolean isV2() {
        return type != Type1Extensions.TYPE1;
    }

    boolean isNesting() {
        return type == Type1Extensions.TYPE1_NESTING;
    }

    /** The latest first. */
    RefList<Type1Domain> domains() {
        return domains;
    }

    IovaRanges ranges() {
        return ranges;
    }

    DmaEntries entries() {
        return entries;
    }

    /** {@code dma_avail}: entries that are left. */
    LongCell available() {
        return available;
    }

    /** The first domain of the list, by which addresses are looked up. */
    Optional<Type1Domain> firstDomain() {
        return domains.toList().stream().findFirst();
    }

    /** vfio_domains_have_enforce_cache_coherency. */
    boolean enforcesCoherency() {
        return domains.toList().stream()
                .allMatch(domain -> domain.enforcesCoherency().get());
    }

    /** vfio_update_pgsize_bitmap: what all domains have; sizes below a page of the CPU count as one page. */
    void updatePageSizes() {
        long bits = -1;
        for (Type1Domain each : domains.toList()) {
            bits &= each.domain().pgsizeBitmap();
        }
        long page = vfio.kernel().pageBytes();
        pageSizes.set((bits & page - 1) != 0 ? bits & -page | page : bits);
    }

    long smallestPage() {
        return Long.lowestOneBit(pageSizes.get());
    }

    long attachGroup(Group group) {
        return attaching.attach(group);
    }

    void detachGroup(Group group) {
        attaching.detach(group);
    }

    long map(long iova, long size, long vaddr, int flags) {
        return mapping.map(iova, size, vaddr, flags);
    }

    VfioContainer.Unmapped unmap(long iova, long size, int flags) {
        return unmapping.unmap(iova, size, flags);
    }

    /** vfio_iommu_type1_get_info: the capabilities in the kernel's order. */
    Type1Info info() {
        return new Type1Info(
                0,
                Type1Info.PAGE_SIZES_AND_CAPABILITIES,
                pageSizes.get(),
                List.of(
                        new Type1Info.Migration(smallestPage()),
                        new Type1Info.DmaAvailable(available.get()),
                        new Type1Info.Ranges(ranges.toList())));
    }
}
