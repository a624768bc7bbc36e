package org.iommulab.dma;

import java.util.Optional;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The iommu-dma cookie with its address allocator, top-down (drivers/iommu/iova.c: alloc_iova). Page 0 is never handed
 * out. The per-CPU caches of freed ranges (iova_rcache) are not modelled: a freed range is simply free again.
 */
public final class IovaDomain extends SimObject {
    private final IommuDomain domain;
    private final FlagCell initialised;
    private final LongCell granuleShift;
    private final LongCell startPage;
    private final RefList<Range> ranges;
    private final RefCell<FlushQueue> queue;

    IovaDomain(Machine machine, IommuDomain domain) {
        super(machine);
        this.domain = domain;
        initialised = new FlagCell(this, Lane.CORE, Term.flag("initialised"));
        granuleShift = new LongCell(this, Lane.CORE, Term.count("granule shift"));
        startPage = new LongCell(this, Lane.CORE, Term.count("start_pfn"));
        ranges = new RefList<>(this, Range.class);
        queue = new RefCell<>(this, Lane.CORE, Term.reference("fq"), FlushQueue.class);
    }

    /** The allocator of a domain of the DMA API; others have another cookie, or none. */
    static Optional<IovaDomain> of(IommuDomain domain) {
        return domain.cookie().get().filter(IovaDomain.class::isInstance).map(IovaDomain.class::cast);
    }

    @Override
    public String label() {
        return "iova allocator of " + domain.label();
    }

    FlagCell initialised() {
        return initialised;
    }

    /** The flush queue of a DMA_FQ domain; NULL for a strict one. */
    RefCell<FlushQueue> queue() {
        return queue;
    }

    /** init_iova_domain: what is handed out is counted in the smallest pages of the domain. */
    void start(long pageSizes, long base) {
        granuleShift.setQuietly(Long.numberOfTrailingZeros(pageSizes));
        startPage.setQuietly(Math.max(1, base >>> shift()));
        initialised.set(true);
    }

    private int shift() {
        return (int) granuleShift.get();
    }

    /** Bytes of the unit in which addresses are handed out. */
    long granule() {
        return 1L << shift();
    }

    /** reserve_iova: never handed out; both ends included. */
    void reserve(long first, long last) {
        long page = first >>> shift();
        ranges.add(new Range(machine(), shift(), page, (last >>> shift()) - page + 1));
    }

    /** The highest range below the limit (inclusive) that is aligned to its size; an address, or {@link DmaOps#ERROR}. */
    long allocate(long bytes, long limit) {
        long pages = roundUpToPowerOfTwo(bytes >>> shift());
        long page = (limit >>> shift()) + 1 - pages & -pages;
        while (page >= startPage.get()) {
            long from = page;
            Range hit = ranges.toList().stream()
                    .filter(r -> r.first < from + pages && from < r.first + r.pages)
                    .reduce((a, b) -> a.first < b.first ? a : b)
                    .orElse(null);
            if (hit == null) {
                ranges.add(new Range(machine(), shift(), page, pages));
                return page << shift();
            }
            page = hit.first - pages & -pages;
        }
        return DmaOps.ERROR;
    }

    // iommu_dma_alloc_iova rounds up below 32 pages (IOVA_RANGE_CACHE_MAX_SIZE); alignment is to the rounded size
    // anyway
    private static long roundUpToPowerOfTwo(long pages) {
        return pages <= 1 ? 1 : Long.highestOneBit(pages - 1) << 1;
    }

    void free(long address) {
        ranges.toList().stream()
                .filter(r -> r.first == address >>> shift())
                .findFirst()
                .ifPresent(ranges::remove);
    }

    private static final class Range extends SimObject {
        private final int shift;
        private final long first;
        private final long pages;

        Range(Machine machine, int shift, long first, long pages) {
            super(machine);
            this.shift = shift;
            this.first = first;
            this.pages = pages;
        }

        @Override
        public String label() {
            return "iova range at 0x" + Long.toHexString(first << shift);
        }
    }
}
