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
    private static final Term ROOT = Term.hex("root entry");
    private static final Term LOW = Term.hex("context entry, low");
    private static final Term HIGH = Term.hex("context entry, high");
    private static final Term TABLE = Term.of("context table", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final Site site;
    private final VtdInstance iommu;
    private final LongCell root;

    VtdContexts(Site site, VtdInstance iommu) {
        this.site = site;
        this.iommu = iommu;
        this.root = new LongCell(iommu.wired().device(), Lane.DRIVER, Term.hex("root_entry"));
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

    /** iommu_context_addr: where the entry of a requester id is; 0 where its bus has no table. */
    long find(int source) {
        boolean wide = iommu.scalable();
        long at = root.get() + (long) (source >>> 8) * 16 + (wide && (source & 0x80) != 0 ? 8 : 0);
        long entry = site.memory().read64(at);
        int index = wide ? (source & 0x7f) * 2 : source & 0xff;
        return (entry & 1) == 0 ? 0 : (entry & VtdLayout.ADDRESS) + (long) index * VtdContext.BYTES;
    }

    /** The same, with a new table where there is none. */
    long make(int source) {
        if (find(source) == 0) {
            long table = page();
            emit(EventKind.MEMORY, TABLE, table, VtdLayout.PAGE);
            boolean upper = iommu.scalable() && (source & 0x80) != 0;
            long at = root.get() + (long) (source >>> 8) * 16 + (upper ? 8 : 0);
            site.memory().write64(at, table | 1);
            emit(EventKind.TABLE_WRITE, ROOT, at, table | 1);
        }
        return find(source);
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
