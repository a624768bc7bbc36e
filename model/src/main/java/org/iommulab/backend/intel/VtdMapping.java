package org.iommulab.backend.intel;

import org.iommulab.backend.Site;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** Mapping and unmapping (drivers/iommu/intel/iommu.c: intel_iommu_map, intel_iommu_unmap, intel_iommu_tlb_sync). */
final class VtdMapping {
    private static final Term UNMAP = Term.function("domain_unmap", "drivers/iommu/intel/iommu.c");
    private static final Term EXIT = Term.function("domain_exit", "drivers/iommu/intel/iommu.c");
    private static final Term TOO_NARROW =
            LogText.of("<3>DMAR: intel_iommu_map: iommu width (%d) is not sufficient for the mapped address (%x)");
    private static final long PAGE_SIZES = 1L << 12 | 1L << 21 | 1L << 30;

    private final Kernel kernel;
    private final VtdFlush flush;

    VtdMapping(Site site, VtdFlush flush) {
        this.kernel = site.kernel();
        this.flush = flush;
    }

    /** intel_iommu_map_pages: all or nothing is reported; what an error leaves behind is not. */
    OpsTable.Mapped map(VtdDomain domain, long iova, long physical, long pageSize, long count, int prot) {
        if (Long.bitCount(pageSize) != 1 || (pageSize & PAGE_SIZES) == 0 || ((iova | physical) & pageSize - 1) != 0) {
            return new OpsTable.Mapped(Errno.EINVAL.negative(), 0);
        }
        long size = count * pageSize;
        long end = iova + size;
        if (Long.compareUnsigned(domain.maxAddress().get(), end) < 0) {
            if (Long.compareUnsigned(1L << domain.width().get(), end) < 0) {
                kernel.log().line(TOO_NARROW, kernel, domain.width().get(), end);
                return new OpsTable.Mapped(Errno.EFAULT.negative(), 0);
            }
            domain.maxAddress().set(end);
        }
        domain.hasMappings().set(true);
        int errno = domain.table().map(iova, physical, size, prot);
        return errno == 0 ? new OpsTable.Mapped(0, size) : new OpsTable.Mapped(-errno, 0);
    }

    /**
     * intel_iommu_unmap: bytes, more than asked for where a large page or a hole as large is at the address. An address
     * that the tables do not reach is a BUG up to 6.3 (whose end is unverified), later nothing.
     */
    long unmap(VtdDomain domain, long iova, long bytes, IotlbGather gather) {
        boolean bugs = !kernel.since(Version.V6_4);
        if (!domain.table().reaches(iova)) {
            if (bugs) {
                throw kernel.log().bug(UNMAP, domain);
            }
            return 0;
        }
        long last = domain.table().lastOfUnmap(iova, bytes);
        if (!domain.table().reaches(last)) {
            if (bugs) {
                throw kernel.log().bug(UNMAP, domain);
            }
            kernel.log().warnOn(UNMAP, domain);
        } else {
            domain.table()
                    .unmap(
                            iova,
                            bytes,
                            (level, table) ->
                                    gather.freeLater(() -> domain.table().freeTable(level, table)));
        }
        long size = last - iova + 1;
        if (domain.maxAddress().get() == iova + size) {
            domain.maxAddress().set(iova);
        }
        if (!gather.isQueued()) {
            gather.addPage(domain, iova, size);
        }
        return size;
    }

    /** intel_iommu_tlb_sync: tables that fell out are given back when nobody can walk them any more. */
    void sync(VtdDomain domain, IotlbGather gather) {
        // up to 6.9 the last byte is taken for the end, which rounding to pages mends
        long bytes = gather.end() - gather.start() + (kernel.since(Version.V6_12) ? 1 : 0);
        VtdPages pages = VtdPages.of(gather.start(), VtdPages.count(gather.start(), bytes));
        flush.range(domain, pages, !gather.hasFreelist());
        gather.putPages();
    }

    /** intel_iommu_iotlb_sync_map. */
    void syncMap(VtdDomain domain, long iova, long bytes) {
        flush.newPages(domain, VtdPages.of(iova, VtdPages.count(iova, bytes)));
    }

    /**
     * domain_exit: the tables go at once, whether a device still walks them or not; one that was never taken off the
     * domain is only warned of (read in 6.1 and 6.12).
     */
    void free(VtdDomain domain) {
        domain.table().free();
        if (!domain.devices().toList().isEmpty()) {
            kernel.log().warnOn(EXIT, domain);
        }
    }
}
