package org.iommulab.dma;

import java.util.Optional;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The doorbells that have an address in a domain, a page each: msi_page_list of a cookie (drivers/iommu/dma-iommu.c). */
final class MsiPages {
    private final SimObject cookie;
    private final RefList<Page> pages;

    MsiPages(SimObject cookie) {
        this.cookie = cookie;
        this.pages = new RefList<>(cookie, Page.class);
    }

    /** struct iommu_dma_msi_page. */
    static final class Page extends SimObject {
        private final LongCell iova;
        private final LongCell physical;

        private Page(SimObject cookie, long iova, long physical) {
            super(cookie.machine());
            this.iova = new LongCell(this, Lane.CORE, Term.hex("iova"));
            this.physical = new LongCell(this, Lane.CORE, Term.hex("phys"));
            this.iova.setQuietly(iova);
            this.physical.setQuietly(physical);
        }

        @Override
        public String label() {
            return "msi page at 0x" + Long.toHexString(iova.get());
        }

        long iova() {
            return iova.get();
        }
    }

    Optional<Page> find(long physical) {
        return pages.toList().stream()
                .filter(page -> page.physical.get() == physical)
                .findFirst();
    }

    Page add(long iova, long physical) {
        var page = new Page(cookie, iova, physical);
        pages.add(page);
        return page;
    }
}
