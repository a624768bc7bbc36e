package org.iommulab.dma;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The iommu-dma cookie with its address allocator (drivers/iommu/iova.c): caches of ranges that were given back, in front
 * of a tree from which ranges are taken top-down. Page 0 is never handed out.
 */
public final class IovaDomain extends SimObject {
    private static final String FILE = "drivers/iommu/iova.c";
    private static final Term ALLOC = Term.of("alloc_iova_fast", FILE, Operand.DECIMAL, Operand.HEX, Operand.HEX);
    private static final Term FREE = Term.of("free_iova_fast", FILE, Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term CACHED = Term.of("iova_rcache_get", FILE, Operand.DECIMAL, Operand.HEX, Operand.HEX);
    private static final Term DRAIN = Term.of("free_cpu_cached_iovas", FILE, Operand.NONE, Operand.NONE, Operand.NONE);
    /** IOVA_RANGE_CACHE_MAX_SIZE: ranges of 1, 2, 4 ... 32 pages are cached. */
    private static final int CACHES = 6;

    private final IommuDomain domain;
    private final FlagCell initialised;
    private final LongCell granuleShift;
    private final IovaTree tree;
    private final List<IovaRcache> caches;
    private final RefCell<FlushQueue> queue;
    private final MsiPages msiPages;

    IovaDomain(Kernel kernel, IommuDomain domain) {
        super(kernel.machine());
        this.domain = domain;
        initialised = new FlagCell(this, Lane.CORE, Term.flag("initialised"));
        granuleShift = new LongCell(this, Lane.CORE, Term.count("granule shift"));
        tree = new IovaTree(machine());
        caches = IntStream.range(0, CACHES)
                .mapToObj(order -> new IovaRcache(kernel, 1 << order, tree::free))
                .toList();
        queue = new RefCell<>(this, Lane.CORE, Term.reference("fq"), FlushQueue.class);
        msiPages = new MsiPages(this);
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

    /** Doorbells of interrupts that have an address here. */
    MsiPages msiPages() {
        return msiPages;
    }

    /** The cache of ranges of so many pages, a power of two up to 32. */
    IovaRcache cache(int pages) {
        return caches.get(order(pages));
    }

    /** init_iova_domain: what is handed out is counted in the smallest pages of the domain. */
    void start(long pageSizes, long base) {
        granuleShift.setQuietly(Long.numberOfTrailingZeros(pageSizes));
        tree.start(Math.max(1, base >>> shift()), shift());
        initialised.set(true);
    }

    /** Whether {@link #start} with these would make the same of it. */
    boolean isAsStartedWith(long pageSizes, long base) {
        return Long.numberOfTrailingZeros(pageSizes) == shift() && tree.startPage() == Math.max(1, base >>> shift());
    }

    private int shift() {
        return (int) granuleShift.get();
    }

    /** Bytes of the unit in which addresses are handed out. */
    long granule() {
        return 1L << shift();
    }

    /** iova_align. */
    long whole(long bytes) {
        return bytes + granule() - 1 & -granule();
    }

    /** reserve_iova: never handed out; both ends included. */
    void reserve(long first, long last) {
        tree.reserve(first >>> shift(), last >>> shift());
    }

    // order_base_2
    private static int order(long pages) {
        return pages <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(pages - 1);
    }

    /**
     * alloc_iova_fast: an address, or 0. A range that could come back into a cache is rounded up to the size that it has
     * there.
     *
     * @param limit the highest address, inclusive
     * @param drain whether all caches are emptied, once, when nothing else is left
     */
    long allocate(long bytes, long limit, boolean drain) {
        long asked = bytes >>> shift();
        long pages = asked < 1 << CACHES - 1 ? 1L << order(asked) : asked;
        long last = limit >>> shift();
        return machine().call(Lane.CORE, ALLOC, this, pages, last, () -> {
                    long page = cached(pages, last + 1 - pages);
                    if (page == 0) {
                        page = tree.allocate(pages, last);
                    }
                    if (page == 0 && drain) {
                        machine().run(Lane.CORE, DRAIN, this, 0, 0, this::drain);
                        page = tree.allocate(pages, last);
                    }
                    return page;
                })
                << shift();
    }

    private long cached(long pages, long lastFirst) {
        int order = order(pages);
        return order >= CACHES
                ? 0
                : machine()
                        .call(
                                Lane.CORE,
                                CACHED,
                                caches.get(order),
                                pages,
                                lastFirst,
                                () -> caches.get(order).get(lastFirst));
    }

    private void drain() {
        caches.forEach(IovaRcache::freeOfCpu);
        caches.forEach(IovaRcache::freeOfDepot);
    }

    /** free_iova_fast: into the cache of its size, or into the tree. */
    void free(long address, long bytes) {
        long page = address >>> shift();
        int order = order(bytes >>> shift());
        machine().run(Lane.CORE, FREE, this, page, bytes >>> shift(), () -> {
            if (order < CACHES) {
                caches.get(order).insert(page);
            } else {
                tree.free(page);
            }
        });
    }

    /** put_iova_domain. */
    void stop() {
        queue.get().ifPresent(FlushQueue::stop);
        caches.forEach(IovaRcache::stop);
    }
}
