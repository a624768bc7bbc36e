package org.iommulab.backend.intel;

import java.util.List;
import java.util.stream.Stream;
import org.iommulab.backend.Site;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * Which invalidations a change needs, and how they reach a unit: through its queue, or, where it has none, through
 * registers (drivers/iommu/intel/iommu.c, dmar.c, cache.c).
 */
final class VtdFlush {
    private static final String FILE = "drivers/iommu/intel/iommu.c";
    private static final Term PSI = Term.function("iommu_flush_iotlb_psi", FILE);
    private static final Term CACHE_TAGS = Term.function("cache_tag_flush_range", "drivers/iommu/intel/cache.c");
    private static final Term NEW_PAGES = Term.function("cache_tag_flush_range_np", "drivers/iommu/intel/cache.c");
    private static final Term WRITE_BUFFER = Term.function("iommu_flush_write_buffer", FILE);
    /** The PASID of requests that have none (PASID_RID2PASID, IOMMU_NO_PASID). */
    static final int NO_PASID = 0;

    private final Kernel kernel;

    VtdFlush(Site site) {
        this.kernel = site.kernel();
    }

    // ---- single invalidations

    /** flush.flush_context. */
    void context(VtdInstance iommu, int granularity, int domain, int source) {
        if (iommu.qi().enabled()) {
            iommu.qi().submit(VtdDescriptor.context(granularity, domain, source));
            return;
        }
        // __iommu_flush_context
        long value = VtdLayout.ICC
                | (long) granularity << VtdLayout.CCMD_GRANULARITY
                | (long) source << VtdLayout.CCMD_SOURCE
                | domain;
        iommu.registers().write64(VtdLayout.CCMD, value);
        iommu.registers().read64(VtdLayout.CCMD);
    }

    /** flush.flush_iotlb. */
    void iotlb(VtdInstance iommu, int granularity, int domain, VtdPages pages, boolean leavesOnly) {
        VtdCaps caps = iommu.caps();
        if (iommu.qi().enabled()) {
            // up to 6.9 the queued descriptor loses the hint; since which release it does not is unverified
            boolean hint = leavesOnly && kernel.since(Version.V6_12);
            iommu.qi().submit(VtdDescriptor.iotlb(caps, granularity, domain, pages.address(), pages.mask(), hint));
            return;
        }
        // __iommu_flush_iotlb
        int offset = caps.iotlbOffset();
        long address = pages.address() | (leavesOnly ? VtdLayout.INVALIDATION_HINT : 0) | pages.mask();
        if (granularity == VtdDescriptor.PAGES && address != 0) {
            iommu.registers().write64(offset, address);
        }
        long value = VtdLayout.IVT
                | (long) granularity << VtdLayout.IOTLB_GRANULARITY
                | (long) domain << VtdLayout.IOTLB_DOMAIN
                | (caps.drainsWrites() ? 1L << 48 : 0);
        iommu.registers().write64(offset + 8, value);
        iommu.registers().read64(offset + 8);
    }

    /** DMA_TLB_DSI_FLUSH. */
    void domain(VtdInstance iommu, int domain) {
        iotlb(iommu, VtdDescriptor.DOMAIN, domain, VtdPages.NONE, false);
    }

    /** qi_flush_pasid_cache. */
    void pasidCache(VtdInstance iommu, int granularity, int domain, int pasid) {
        iommu.qi().submit(VtdDescriptor.pasidCache(granularity, domain, pasid));
    }

    /** qi_flush_piotlb of all. */
    void pasidIotlb(VtdInstance iommu, int domain, int pasid) {
        iommu.qi().submit(VtdDescriptor.pasidIotlb(domain, pasid));
    }

    /** iommu_flush_write_buffer: only old chipsets want it. */
    void writeBuffer(VtdInstance iommu) {
        if (iommu.caps().requiresWriteBufferFlush()) {
            kernel.driverRun(WRITE_BUFFER, iommu.device(), () -> iommu.order(VtdLayout.WBF));
        }
    }

    // ---- a domain's pages

    /** iommu_flush_iotlb_psi: the pages, or the whole domain where that is not possible; once for each PASID that has it. */
    private void pages(VtdInstance iommu, VtdDomain domain, VtdPages pages, boolean leavesOnly) {
        int id = domain.idOn(iommu);
        for (int pasid : domain.pasidsOn(iommu)) {
            if (domain.firstLevel()) {
                iommu.qi().submit(VtdDescriptor.pasidIotlb(id, pasid, pages.aligned(), pages.mask(), leavesOnly));
            } else {
                second(iommu, id, pages, leavesOnly);
            }
        }
        // CACHE_TAG_NESTING_IOTLB: what guests' tables on this domain have led to
        for (VtdNestedDomain guest : domain.nested().toList()) {
            if (guest.uses().iommus().contains(iommu)) {
                second(iommu, guest.uses().idOn(iommu), pages, leavesOnly);
            }
        }
    }

    private void second(VtdInstance iommu, int id, VtdPages pages, boolean leavesOnly) {
        if (!iommu.caps().selectsPages() || pages.mask() > iommu.caps().maximumAddressMask()) {
            domain(iommu, id);
        } else {
            long address = kernel.since(Version.V6_12) ? pages.aligned() : pages.address();
            iotlb(iommu, VtdDescriptor.PAGES, id, new VtdPages(address, pages.mask()), leavesOnly);
        }
    }

    /** The units that a domain is on itself, or through guests' tables. */
    private static List<VtdInstance> iommusOf(VtdDomain domain) {
        return Stream.concat(
                        domain.iommus().stream(),
                        domain.nested().toList().stream().flatMap(guest -> guest.uses().iommus().stream()))
                .distinct()
                .toList();
    }

    /** cache_tag_flush_range for a guest that has changed its table. */
    void nestedRange(VtdNestedDomain domain, VtdPages pages, boolean leavesOnly) {
        for (VtdInstance iommu : domain.uses().iommus()) {
            kernel.driverRun(
                    CACHE_TAGS,
                    domain,
                    () -> iommu.qi()
                            .submit(VtdDescriptor.pasidIotlb(
                                    domain.uses().idOn(iommu), NO_PASID, pages.aligned(), pages.mask(), leavesOnly)));
        }
    }

    /** The same for all pages: everything that the unit has of the PASID. */
    void nestedAll(VtdNestedDomain domain) {
        for (VtdInstance iommu : domain.uses().iommus()) {
            kernel.driverRun(
                    CACHE_TAGS, domain, () -> pasidIotlb(iommu, domain.uses().idOn(iommu), NO_PASID));
        }
    }

    /** After an unmap. */
    void range(VtdDomain domain, VtdPages pages, boolean leavesOnly) {
        Term function = kernel.since(Version.V6_12) ? CACHE_TAGS : PSI;
        for (VtdInstance iommu : iommusOf(domain)) {
            kernel.driverRun(function, domain, () -> pages(iommu, domain, pages, leavesOnly));
        }
    }

    /**
     * After a map: a unit in caching mode may keep that there was nothing (__mapping_notify_one; cache_tag_flush_range_np
     * in 6.12, which is not called where no unit of the domain needs it).
     */
    void newPages(VtdDomain domain, VtdPages pages) {
        boolean tags = kernel.since(Version.V6_12);
        for (VtdInstance iommu : iommusOf(domain)) {
            if (iommu.caps().cachingMode() && !domain.firstLevel()) {
                kernel.driverRun(tags ? NEW_PAGES : PSI, domain, () -> pages(iommu, domain, pages, false));
            } else {
                writeBuffer(iommu);
            }
        }
    }

    /** intel_flush_iotlb_all. */
    void all(VtdDomain domain) {
        for (VtdInstance iommu : iommusOf(domain)) {
            for (int pasid : domain.pasidsOn(iommu)) {
                if (domain.firstLevel()) {
                    pasidIotlb(iommu, domain.idOn(iommu), pasid);
                } else {
                    domain(iommu, domain.idOn(iommu));
                }
            }
            for (VtdNestedDomain guest : domain.nested().toList()) {
                if (guest.uses().iommus().contains(iommu)) {
                    domain(iommu, guest.uses().idOn(iommu));
                }
            }
        }
    }
}
