package org.iommulab.backend.intel;

import org.iommulab.backend.Site;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * A unit's root table and context tables as the driver keeps them (iommu_alloc_root_entry, iommu_context_addr). Where
 * walks do not see the CPU's caches the driver writes each entry back; the lab's CPU has no caches.
 */
final class VtdContexts {
    private static final int IDS = 1 << 16;
    private static final Term ROOT = Term.hex("root entry");
    private static final Term LOW = Term.hex("context entry, low");
    private static final Term HIGH = Term.hex("context entry, high");
    private static final Term TABLE = Term.of("context table", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final Site site;
    private final VtdInstance iommu;
    private final LongCell root;
    private final LongCell copied;

    VtdContexts(Site site, VtdInstance iommu) {
        this.site = site;
        this.iommu = iommu;
        this.root = new LongCell(iommu.wired().device(), Lane.DRIVER, Term.hex("root_entry"));
        this.copied = new LongCell(iommu.wired().device(), Lane.DRIVER, Term.count("copied_tables"));
    }

    /** iommu_alloc_root_entry. */
    void allocateRoot() {
        root.set(page());
    }

    private long page() {
        long page = site.frames().allocate(VtdLayout.PAGE, VtdLayout.PAGE);
        site.memory().clear(page, VtdLayout.PAGE);
        return page;
    }

    long root() {
        return root.get();
    }

    private void emit(EventKind kind, Term term, long a, long b) {
        site.kernel().machine().emit(kind, Lane.DRIVER, term, iommu.device(), a, b);
    }

    /**
     * iommu_context_addr: where the entry of a requester id is; 0 where its bus has no table, and for an entry that was
     * copied, which is nobody's.
     */
    long find(int source) {
        return isCopied(source) ? 0 : place(source);
    }

    private long place(int source) {
        boolean wide = iommu.scalable();
        long at = root.get() + (long) (source >>> 8) * 16 + (wide && (source & 0x80) != 0 ? 8 : 0);
        long entry = site.memory().read64(at);
        int index = wide ? (source & 0x7f) * 2 : source & 0xff;
        return (entry & 1) == 0 ? 0 : (entry & VtdLayout.ADDRESS) + (long) index * VtdContext.BYTES;
    }

    /** The same, with a new table where there is none. */
    long make(int source) {
        if (place(source) == 0) {
            long table = page();
            emit(EventKind.MEMORY, TABLE, table, VtdLayout.PAGE);
            boolean upper = iommu.scalable() && (source & 0x80) != 0;
            long at = root.get() + (long) (source >>> 8) * 16 + (upper ? 8 : 0);
            site.memory().write64(at, table | 1);
            emit(EventKind.TABLE_WRITE, ROOT, at, table | 1);
        }
        return place(source);
    }

    // ---- entries of a kernel that crashed

    /** {@code copied_tables}: a bit for each requester id. */
    void startCopying() {
        copied.setQuietly(site.kernel().machine().newCells(IDS / 64));
    }

    /** set_context_copied, with the entry. */
    void copied(int source, VtdContext context) {
        put(make(source), context);
        mark(source, true);
    }

    /** context_copied. */
    boolean isCopied(int source) {
        return copied.isSet() && (site.kernel().machine().load(word(source)) >>> source % 64 & 1) != 0;
    }

    /** clear_context_copied. */
    void forgetCopied(int source) {
        mark(source, false);
    }

    private int word(int source) {
        return (int) copied.get() + source / 64;
    }

    private void mark(int source, boolean on) {
        long old = site.kernel().machine().load(word(source));
        site.kernel().machine().store(word(source), on ? old | 1L << source % 64 : old & ~(1L << source % 64));
    }

    VtdContext read(long at) {
        return at == 0
                ? VtdContext.EMPTY
                : new VtdContext(site.memory().read64(at), site.memory().read64(at + 8));
    }

    /** Writes what differs, each word an event. */
    VtdContext put(long at, VtdContext context) {
        VtdContext old = read(at);
        if (old.low() != context.low()) {
            site.memory().write64(at, context.low());
            emit(EventKind.TABLE_WRITE, LOW, at, context.low());
        }
        if (old.high() != context.high()) {
            site.memory().write64(at + 8, context.high());
            emit(EventKind.TABLE_WRITE, HIGH, at + 8, context.high());
        }
        return context;
    }

    /** domain_context_mapped, for one requester id. */
    boolean isMapped(int source) {
        return read(find(source)).present();
    }
}
