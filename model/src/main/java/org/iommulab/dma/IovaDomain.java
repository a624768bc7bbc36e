package org.iommulab.dma;

import org.iommulab.core.IommuDomain;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The iommu-dma cookie with its address allocator, top-down (drivers/iommu/iova.c: alloc_iova). Page 0 is never handed
 * out. The per-CPU caches of freed ranges (iova_rcache) are not modelled: a freed range is simply free again.
 */
public final class IovaDomain extends SimObject {
    private static final int PAGE_SHIFT = 12;

    private final IommuDomain domain;
    private final FlagCell initialised;
    private final LongCell startPage;
    private final RefList<Range> ranges;

    IovaDomain(Machine machine, IommuDomain domain) {
        super(machine);
        this.domain = domain;
        initialised = new FlagCell(this, Lane.CORE, Term.flag("initialised"));
        startPage = new LongCell(this, Lane.CORE, Term.count("start_pfn"));
        ranges = new RefList<>(this, Range.class);
    }

    @Override
    public String label() {
        return "iova allocator of " + domain.label();
    }

    FlagCell initialised() {
        return initialised;
    }

    LongCell startPage() {
        return startPage;
    }

    /** The highest range below the limit (inclusive) that is aligned to its size; an address, or {@link DmaOps#ERROR}. */
    long allocate(long bytes, long limit) {
        long pages = roundUpToPowerOfTwo(bytes >>> PAGE_SHIFT);
        long page = (limit >>> PAGE_SHIFT) + 1 - pages & -pages;
        while (page >= startPage.get()) {
            long from = page;
            Range hit = ranges.toList().stream()
                    .filter(r -> r.first < from + pages && from < r.first + r.pages)
                    .reduce((a, b) -> a.first < b.first ? a : b)
                    .orElse(null);
            if (hit == null) {
                ranges.add(new Range(machine(), page, pages));
                return page << PAGE_SHIFT;
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
                .filter(r -> r.first == address >>> PAGE_SHIFT)
                .findFirst()
                .ifPresent(ranges::remove);
    }

    /** iova_reserve_iommu_regions: a range that is never handed out. */
    void reserve(long address, long bytes) {
        ranges.add(new Range(machine(), address >>> PAGE_SHIFT, bytes >>> PAGE_SHIFT));
    }

    private static final class Range extends SimObject {
        private final long first;
        private final long pages;

        Range(Machine machine, long first, long pages) {
            super(machine);
            this.first = first;
            this.pages = pages;
        }

        @Override
        public String label() {
            return "iova range at 0x" + Long.toHexString(first << PAGE_SHIFT);
        }
    }
}
