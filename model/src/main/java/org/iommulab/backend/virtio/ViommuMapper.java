package org.iommulab.backend.virtio;

import java.util.function.LongSupplier;
import org.iommulab.backend.virtio.Mappings.Mapping;
import org.iommulab.core.OpsTable;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Mappings: in the driver's own tree always, at the host while the domain has a device (drivers/iommu/virtio-iommu.c). */
final class ViommuMapper {
    private static final String FILE = "drivers/iommu/virtio-iommu.c";
    private static final Term ADD_MAPPING =
            Term.of("viommu_add_mapping", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term DEL_MAPPINGS =
            Term.of("viommu_del_mappings", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term MAP_IDENTITY = Term.function("viommu_domain_map_identity", FILE);
    private static final Term REPLAY = Term.function("viommu_replay_mappings", FILE);
    private static final Term VIOMMU = Term.reference("vdomain->viommu");
    private static final int READ_WRITE = ViommuLayout.MAP_READ | ViommuLayout.MAP_WRITE;

    private final Kernel kernel;

    ViommuMapper(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Whether map only queues a request and iotlb_sync_map waits for it (v6.8); before, map waits. */
    boolean queuesMaps() {
        return kernel.since(Version.V6_12);
    }

    /**
     * viommu_map_pages. Without a device it said 0 and that nothing was mapped, until v6.5 (7061b6af3468, which 6.1.y has
     * too).
     */
    OpsTable.Mapped map(ViommuDomain domain, long iova, long physical, long size, int prot) {
        int flags = flags(prot);
        if ((flags & ~domain.mapFlags().get()) != 0) {
            return new OpsTable.Mapped(Errno.EINVAL.negative(), 0);
        }
        long last = iova + size - 1;
        add(domain, new Mapping(iova, last, physical, flags));
        if (!domain.endpoints().isSet()) {
            return new OpsTable.Mapped(0, tellsOfDetached(kernel) ? size : 0);
        }
        var request = new ViommuRequest.Map((int) domain.domainId().get(), iova, last, physical, flags);
        ViommuRequests requests = domain.viommu().require().requests();
        long error = queuesMaps() ? requests.add(request) : requests.send(request);
        if (error != 0) {
            delete(domain, iova, last);
            return new OpsTable.Mapped(error, 0);
        }
        return new OpsTable.Mapped(0, size);
    }

    /** Two fixes of v6.5, which 6.1.y has too: this one, and the detach of a device that leaves. */
    static boolean tellsOfDetached(Kernel kernel) {
        return kernel.since(Version.V6_7) || !kernel.since(Version.V6_2);
    }

    private static int flags(int prot) {
        return ((prot & Prot.READ) != 0 ? ViommuLayout.MAP_READ : 0)
                | ((prot & Prot.WRITE) != 0 ? ViommuLayout.MAP_WRITE : 0)
                | ((prot & Prot.MMIO) != 0 ? ViommuLayout.MAP_MMIO : 0);
    }

    /** viommu_unmap_pages: whole mappings only; 0 when they are not as long as what is to be unmapped. */
    long unmap(ViommuDomain domain, long iova, long size) {
        long unmapped = delete(domain, iova, iova + size - 1);
        if (Long.compareUnsigned(unmapped, size) < 0) {
            return 0;
        }
        if (!domain.endpoints().isSet()) {
            return unmapped; // the host has forgotten them with the last device
        }
        var request = new ViommuRequest.Unmap((int) domain.domainId().get(), iova, iova + unmapped - 1);
        return domain.viommu().require().requests().add(request) == 0 ? unmapped : 0;
    }

    /** viommu_iotlb_sync: without a test whether the domain was ever attached. */
    void sync(ViommuDomain domain) {
        if (domain.viommu().isNull()) {
            throw kernel.log().nullAccess(VIOMMU, domain);
        }
        domain.viommu().require().requests().sync();
    }

    /** viommu_iotlb_sync_map, viommu_flush_iotlb_all (v6.8). */
    void syncIfAttached(ViommuDomain domain) {
        if (domain.endpoints().isSet()) {
            sync(domain);
        }
    }

    /** viommu_iova_to_phys. */
    static long iovaToPhys(ViommuDomain domain, long iova) {
        long[] found = new long[1];
        domain.mappingsLock().with(() -> found[0] = domain.lookUp(iova));
        return found[0];
    }

    // ---- the tree

    private void add(ViommuDomain domain, Mapping mapping) {
        call(domain, ADD_MAPPING, mapping.start(), mapping.last(), () -> {
            domain.mappings().add(mapping);
            return 0;
        });
    }

    /** viommu_del_mappings: up to one that begins before the range; the last may reach beyond it. Bytes. */
    long delete(ViommuDomain domain, long iova, long last) {
        return call(domain, DEL_MAPPINGS, iova, last, () -> {
            long bytes = 0;
            for (Mapping mapping : domain.mappings().overlapping(iova, last)) {
                if (Long.compareUnsigned(mapping.start(), iova) < 0) {
                    break;
                }
                bytes += mapping.bytes();
                domain.mappings().remove(mapping);
            }
            return bytes;
        });
    }

    private long call(ViommuDomain domain, Term function, long a, long b, LongSupplier body) {
        return kernel.machine().call(Lane.DRIVER, function, domain, a, b, () -> {
            long[] result = new long[1];
            domain.mappingsLock().with(() -> result[0] = body.getAsLong());
            return result[0];
        });
    }

    /** viommu_domain_map_identity: everything but the reserved regions, for a host without bypass domains. */
    void mapIdentity(ViommuEndpoint endpoint, ViommuDomain domain) {
        kernel.driverRun(MAP_IDENTITY, domain, () -> {
            long granule = Long.lowestOneBit(domain.pgsizeBitmap());
            long iova = domain.apertureStart() + granule - 1 & -granule;
            long limit = (domain.apertureEnd() + 1 & -granule) - 1;
            for (ResvRegion region : endpoint.regions()) {
                long start = region.start() & -granule;
                long end = (region.start() + region.length() + granule - 1 & -granule) - 1;
                if (Long.compareUnsigned(end, iova) < 0 || Long.compareUnsigned(start, limit) > 0) {
                    continue;
                }
                if (Long.compareUnsigned(start, iova) > 0) {
                    add(domain, new Mapping(iova, start - 1, iova, READ_WRITE));
                }
                if (Long.compareUnsigned(end, limit) >= 0) {
                    return;
                }
                iova = end + 1;
            }
            add(domain, new Mapping(iova, limit, iova, READ_WRITE));
        });
    }

    /** viommu_replay_mappings: the host, which has just made the domain anew, is told of all of them. */
    long replay(ViommuDomain domain) {
        return call(domain, REPLAY, 0, 0, () -> {
            ViommuRequests requests = domain.viommu().require().requests();
            for (Mapping mapping : domain.mappings().toList()) {
                var request = new ViommuRequest.Map(
                        (int) domain.domainId().get(),
                        mapping.start(),
                        mapping.last(),
                        mapping.physical(),
                        mapping.flags());
                long error = requests.send(request);
                if (error != 0) {
                    return error;
                }
            }
            return 0;
        });
    }
}
