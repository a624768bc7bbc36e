package org.iommulab.dma;

import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The cookie of a domain whose owner maps by himself, for interrupt doorbells only: they go, a page each, from a base
 * address upwards (drivers/iommu/dma-iommu.c: iommu_get_msi_cookie, IOMMU_DMA_MSI_COOKIE).
 */
public final class MsiCookie extends SimObject {
    private final IommuDomain domain;
    private final LongCell next;
    private final MsiPages pages;

    MsiCookie(IommuDomain domain, long base) {
        super(domain.machine());
        this.domain = domain;
        this.next = new LongCell(this, Lane.CORE, Term.hex("msi_iova"));
        next.setQuietly(base);
        this.pages = new MsiPages(this);
    }

    @Override
    public String label() {
        return "msi cookie of " + domain.label();
    }

    /** The next page of the window; nobody looks where it ends. */
    long take(long bytes) {
        long at = next.get();
        next.set(at + bytes);
        return at;
    }

    /** iommu_dma_free_iova: only ever of the page that was taken last. */
    void giveBack(long bytes) {
        next.set(next.get() - bytes);
    }

    MsiPages pages() {
        return pages;
    }

    /** Where the next doorbell would be mapped. */
    public long next() {
        return next.get();
    }
}
