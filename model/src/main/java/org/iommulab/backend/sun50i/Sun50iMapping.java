package org.iommulab.backend.sun50i;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The callbacks for mappings: one page a call, without a lock; what the hardware is told comes with the syncs. */
final class Sun50iMapping {
    private static final long PAGE = Sun50iFormat.PAGE;
    private static final int BOTH = Prot.READ | Prot.WRITE;
    private static final Term NO_IOMMU = Term.reference("domain.iommu");
    private static final Term BEYOND_4G = LogText.of("<4>attempt to map address beyond 4GB");
    // The permissions stand in the format: a line has room for three numbers.
    private static final List<Term> IN_USE = IntStream.range(0, Prot.COMBINATIONS)
            .mapToObj(prot -> LogText.of("<3>iova 0x%016h already mapped to 0x%016l cannot remap to 0x%016x prot: "
                    + (prot == 0 ? "0" : "0x" + Integer.toHexString(prot))))
            .toList();

    private final Kernel kernel;
    private final FlagCell warned;

    /** @param owner of what the driver keeps globally */
    Sun50iMapping(Kernel kernel, SimObject owner) {
        this.kernel = kernel;
        this.warned = new FlagCell(owner, Lane.DRIVER, Term.flag("warned of addresses beyond 4GB"));
    }

    /** The domain's IOMMU is followed without a test: NULL before the first attach. */
    private Sun50iIommu iommuOf(Sun50iDomain domain) {
        return domain.iommu().get().orElseThrow(() -> kernel.log().nullAccess(NO_IOMMU, domain));
    }

    /** sun50i_iommu_map: 0, -EBUSY, or from v6.11 on -EINVAL for an address that no entry can hold. */
    long map(IommuDomain mapped, long iova, long physical, int prot) {
        var domain = (Sun50iDomain) mapped;
        if (kernel.since(Version.V6_12) && physical >>> 32 != 0) {
            warnOnce(domain);
            return Errno.EINVAL.negative();
        }
        Sun50iIommu iommu = iommuOf(domain);
        long result = domain.table().map(iova, physical, PAGE, 1, permissions(prot));
        if (Translation.errno(result) == 0) {
            return 0;
        }
        long page = domain.lookUp(iova) & -PAGE;
        kernel.log().line(IN_USE.get(prot), iommu.device(), LogText.pack((int) iova, (int) page), physical);
        return Errno.EBUSY.negative();
    }

    private void warnOnce(Sun50iDomain domain) {
        if (!warned.get()) {
            warned.setQuietly(true);
            kernel.log().line(BEYOND_4G, iommuOf(domain).device(), 0, 0);
        }
    }

    // sun50i_mk_pte: v6.1 takes one permission for both
    private int permissions(int prot) {
        return !kernel.since(Version.V6_2) && (prot & BOTH) != 0 ? prot | BOTH : prot;
    }

    /** sun50i_iommu_unmap: a page, or nothing. */
    long unmap(IommuDomain domain, long iova) {
        return ((Sun50iDomain) domain).table().unmap(iova, PAGE, 1);
    }

    /** sun50i_iommu_iotlb_sync_map: for what was read ahead at the edges of the new mapping. */
    void syncMap(IommuDomain domain, long iova, long size) {
        Sun50iIommu iommu = iommuOf((Sun50iDomain) domain);
        iommu.lock().with(() -> iommu.sequences().zapRange(iova, size));
    }

    /** sun50i_iommu_flush_iotlb_all, sun50i_iommu_iotlb_sync: everything, whoever's it is; nothing before an attach. */
    void flushAll(IommuDomain domain) {
        ((Sun50iDomain) domain)
                .iommu()
                .get()
                .ifPresent(iommu -> iommu.lock().with(() -> iommu.sequences().flushAll()));
    }
}
