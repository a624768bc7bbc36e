package org.iommulab.backend.mtkv1;

import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Term;

/**
 * The callbacks of a domain's table. Each flushes by itself: there is no other callback that could. A domain that is not
 * the M4U's is a shell without a table and without a pointer to the M4U, and no callback tests for that.
 */
final class MtkV1Mappings {
    private static final Term NO_TABLE = Term.reference("dom.pgt_va");
    private static final Term NO_DATA = Term.reference("dom.data");

    private final Kernel kernel;

    MtkV1Mappings(Kernel kernel) {
        this.kernel = kernel;
    }

    private MtkV1PageTable pagesOf(MtkV1Domain domain) {
        return domain.pages().orElseThrow(() -> kernel.log().nullAccess(NO_TABLE, domain));
    }

    private MtkV1Data dataOf(MtkV1Domain domain) {
        return domain.data().get().orElseThrow(() -> kernel.log().nullAccess(NO_DATA, domain));
    }

    /** mtk_iommu_v1_map: stops at an entry that is not 0. Up to v6.1 all that was asked for is flushed, then what was done. */
    OpsTable.Mapped map(IommuDomain mapped, long iova, long physical, long pageSize, long count, int prot) {
        var domain = (MtkV1Domain) mapped;
        long[] result = new long[1];
        domain.tableLock().with(() -> result[0] = pagesOf(domain).map(iova, physical, pageSize, count, prot));
        long bytes = Translation.mappedBytes(result[0]);
        dataOf(domain).flushRange(iova, kernel.since(Version.V6_2) ? bytes : pageSize * count);
        return new OpsTable.Mapped(-Translation.errno(result[0]), bytes);
    }

    /** mtk_iommu_v1_unmap: everything is unmapped, whatever was there. */
    long unmap(IommuDomain unmapped, long iova, long bytes) {
        var domain = (MtkV1Domain) unmapped;
        domain.tableLock().with(() -> pagesOf(domain).unmap(iova, bytes, 1));
        dataOf(domain).flushRange(iova, bytes);
        return bytes;
    }

    /** mtk_iommu_v1_iova_to_phys: the page's address, without the offset. */
    long iovaToPhys(IommuDomain asked, long iova) {
        var domain = (MtkV1Domain) asked;
        long[] physical = new long[1];
        domain.tableLock().with(() -> physical[0] = pagesOf(domain).iovaToPhys(iova));
        return physical[0];
    }

    /** mtk_iommu_v1_domain_free: the memory is given back to the M4U's device, which dom.data points at. */
    void free(IommuDomain freed) {
        var domain = (MtkV1Domain) freed;
        dataOf(domain);
        pagesOf(domain).free();
    }
}
