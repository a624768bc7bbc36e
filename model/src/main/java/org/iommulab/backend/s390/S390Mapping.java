package org.iommulab.backend.s390;

import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Mapping and unmapping in a domain. Up to v6.1 one call does the entries under a lock and tells every function at once;
 * from v6.2 on the entries are exchanged without a lock, and the core asks for the refresh afterwards.
 */
final class S390Mapping {
    private static final String FILE = "drivers/iommu/s390-iommu.c";
    private static final Term UPDATE =
            Term.of("s390_iommu_update_trans", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term VALIDATE =
            Term.of("s390_iommu_validate_trans", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term INVALIDATE =
            Term.of("s390_iommu_invalidate_trans", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP_PAGES = Term.function("s390_iommu_unmap_pages", FILE);

    private final Kernel kernel;

    S390Mapping(Kernel kernel) {
        this.kernel = kernel;
    }

    private boolean lacksRead(int prot) {
        return (prot & Prot.READ) == 0 && !kernel.since(Version.V6_7);
    }

    // ---- v6.1

    /** s390_iommu_map: all or nothing; the page in which the aperture ends cannot be mapped. */
    long map(IommuDomain attached, long iova, long physical, long bytes, int prot) {
        var domain = (S390Domain) attached;
        if (lacksRead(prot)) {
            return Errno.EINVAL.negative();
        }
        boolean write = (prot & Prot.WRITE) != 0;
        return update(domain, iova, bytes, true, () -> domain.table().entries().validate(iova, physical, bytes, write));
    }

    /** s390_iommu_unmap: 0 where nothing is mapped at the beginning, or a refresh failed. */
    long unmap(IommuDomain attached, long iova, long bytes) {
        var domain = (S390Domain) attached;
        if (iovaToPhys(domain, iova) == 0) {
            return 0;
        }
        long error = update(
                domain, iova, bytes, false, () -> domain.table().entries().invalidate(iova, bytes));
        return error == 0 ? bytes : 0;
    }

    private long update(S390Domain domain, long iova, long bytes, boolean validating, Runnable entries) {
        return kernel.machine().call(Lane.DRIVER, UPDATE, domain, iova, bytes, () -> {
            if (isAbove(domain.apertureStart(), iova) || isAbove(iova + bytes, domain.apertureEnd())) {
                return Errno.EINVAL.negative();
            }
            var error = new long[1];
            domain.tableLock().with(() -> {
                entries.run();
                error[0] = refreshEach(domain, iova, bytes);
                if (error[0] != 0 && validating) {
                    domain.table().entries().invalidate(iova, bytes);
                }
            });
            return error[0];
        });
    }

    // an error ends it
    private static long refreshEach(S390Domain domain, long iova, long bytes) {
        var error = new long[1];
        domain.listLock().with(() -> {
            for (Zdev zdev : domain.attached()) {
                error[0] = error[0] == 0 ? zdev.refresh(iova, bytes) : error[0];
            }
        });
        return error[0];
    }

    private static boolean isAbove(long a, long b) {
        return Long.compareUnsigned(a, b) > 0;
    }

    private static boolean isOutside(S390Domain domain, long iova, long bytes) {
        return isAbove(domain.apertureStart(), iova) || isAbove(iova + bytes - 1, domain.apertureEnd());
    }

    // ---- v6.2 and later

    /** s390_iommu_map_pages. */
    OpsTable.Mapped mapPages(IommuDomain attached, long iova, long physical, long pageSize, long count, int prot) {
        var domain = (S390Domain) attached;
        long bytes = pageSize * count;
        if (pageSize != S390Format.PAGE || isOutside(domain, iova, bytes) || lacksRead(prot)) {
            return new OpsTable.Mapped(Errno.EINVAL.negative(), 0);
        }
        kernel.machine().call(Lane.DRIVER, VALIDATE, domain, iova, bytes, () -> {
            domain.table().entries().validate(iova, physical, bytes, (prot & Prot.WRITE) != 0);
            return 0;
        });
        return new OpsTable.Mapped(0, bytes);
    }

    /** s390_iommu_unmap_pages: nobody looks whether anything is mapped. */
    long unmapPages(IommuDomain attached, long iova, long pageSize, long count, IotlbGather gather) {
        var domain = (S390Domain) attached;
        long bytes = pageSize * count;
        if (isOutside(domain, iova, bytes)) {
            kernel.log().warnOn(UNMAP_PAGES, domain);
            return 0;
        }
        kernel.machine().call(Lane.DRIVER, INVALIDATE, domain, iova, bytes, () -> {
            domain.table().entries().invalidate(iova, bytes);
            return 0;
        });
        gather.add(iova, bytes);
        return bytes;
    }

    /** s390_iommu_flush_iotlb_all. */
    static void flushAll(IommuDomain domain) {
        ((S390Domain) domain).attached().forEach(Zdev::refreshAll);
    }

    /** s390_iommu_iotlb_sync: what was gathered, for every function. */
    static void sync(IommuDomain domain, IotlbGather gather) {
        if (gather.end() == 0) {
            return;
        }
        for (Zdev zdev : ((S390Domain) domain).attached()) {
            zdev.refresh(gather.start(), gather.end() - gather.start() + 1);
        }
    }

    /** s390_iommu_iotlb_sync_map up to v6.6: only functions under a hypervisor; no error gets anywhere. */
    static void syncMap(IommuDomain domain, long iova, long bytes) {
        for (Zdev zdev : ((S390Domain) domain).attached()) {
            if (zdev.properties().tlbRefresh()) {
                zdev.refresh(iova, bytes);
            }
        }
    }

    /** The same in v6.7: when the hypervisor has no room, it is told to look through everything. */
    static long syncMapOrErrno(IommuDomain domain, long iova, long bytes) {
        long error = 0;
        for (Zdev zdev : ((S390Domain) domain).attached()) {
            if (zdev.properties().tlbRefresh()) {
                error = zdev.refresh(iova, bytes);
                if (error == Errno.ENOMEM.negative()) {
                    error = zdev.refreshAll();
                    if (error != 0) {
                        return error;
                    }
                }
            }
        }
        return error;
    }

    // ---- all

    /** s390_iommu_iova_to_phys: the page, without the offset in it. */
    static long iovaToPhys(IommuDomain attached, long iova) {
        var domain = (S390Domain) attached;
        return isAbove(domain.apertureStart(), iova) || isAbove(iova, domain.apertureEnd())
                ? 0
                : domain.table().entries().iovaToPhys(iova);
    }
}
