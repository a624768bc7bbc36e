package org.iommulab.core;

import java.util.List;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** iommu_map, iommu_unmap and iommu_iova_to_phys (drivers/iommu/iommu.c). */
public final class Mapping {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term MAP = Term.of("iommu_map", IOMMU_C, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term MAP_SG = Term.of("iommu_map_sg", IOMMU_C, Operand.HEX, Operand.DECIMAL, Operand.ERRNO);
    /** Its name until v6.2, for those who cannot sleep. */
    private static final Term MAP_SG_ATOMIC =
            Term.of("iommu_map_sg_atomic", IOMMU_C, Operand.HEX, Operand.DECIMAL, Operand.ERRNO);

    private static final Term UNMAP = Term.of("iommu_unmap", IOMMU_C, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term UNMAP_FAST = Term.of("iommu_unmap_fast", IOMMU_C, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term IOVA_TO_PHYS =
            Term.of("iommu_iova_to_phys", IOMMU_C, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term MAP_INNER = Term.function("__iommu_map", IOMMU_C);
    private static final Term UNMAP_INNER = Term.function("__iommu_unmap", IOMMU_C);
    private static final Term UNALIGNED_MAP = LogText.of("<3>iommu: unaligned: iova 0x%x pa 0x%016x");
    /** Where a physical address has 32 bits. */
    private static final Term UNALIGNED_MAP_32 = LogText.of("<3>iommu: unaligned: iova 0x%x pa 0x%08x");

    private static final Term SIZE_AND_PAGE = LogText.of("<c> size 0x%x min_pagesz 0x%x");
    private static final Term UNALIGNED_UNMAP = LogText.of("<3>iommu: unaligned: iova 0x%x size 0x%x");
    private static final Term PAGE = LogText.of("<c> min_pagesz 0x%x");

    private final Kernel kernel;

    Mapping(Kernel kernel) {
        this.kernel = kernel;
    }

    /** 0 or an errno; on an error everything that this call had mapped is unmapped again. */
    public long map(IommuDomain domain, long iova, long physical, long size, int prot) {
        return kernel.machine().call(Lane.CORE, MAP, domain, iova, size, () -> {
            long error = mapRun(domain, iova, physical, size, prot);
            DriverOps ops = domain.ops().require();
            return error == 0 && ops.has(Callback.IOTLB_SYNC_MAP) ? syncMap(ops, domain, iova, size) : error;
        });
    }

    /** A part of memory that comes behind the one before it in the domain. */
    public record Piece(long physical, long bytes) {}

    /**
     * iommu_map_sg: pieces, one behind the other; those that follow each other in memory, too, are mapped at once.
     *
     * @return bytes mapped, or an errno: then nothing is left
     */
    public long mapList(IommuDomain domain, long iova, List<Piece> pieces, int prot) {
        Term function = kernel.since(Version.V6_3) ? MAP_SG : MAP_SG_ATOMIC;
        return kernel.machine().call(Lane.CORE, function, domain, iova, pieces.size(), () -> {
            long mapped = 0;
            for (int next = 0; next < pieces.size(); ) {
                Piece first = pieces.get(next++);
                long bytes = first.bytes();
                while (next < pieces.size() && pieces.get(next).physical() == first.physical() + bytes) {
                    bytes += pieces.get(next++).bytes();
                }
                long error = mapRun(domain, iova + mapped, first.physical(), bytes, prot);
                if (error != 0) {
                    unmap(domain, iova, mapped);
                    return error;
                }
                mapped += bytes;
            }
            DriverOps ops = domain.ops().require();
            long error = ops.has(Callback.IOTLB_SYNC_MAP) ? syncMap(ops, domain, iova, mapped) : 0;
            return error == 0 ? mapped : error;
        });
    }

    // __iommu_map
    private long mapRun(IommuDomain domain, long iova, long physical, long size, int prot) {
        DriverOps ops = domain.ops().require();
        long bitmap = domain.pgsizeBitmap();
        boolean mappable = (ops.has(Callback.MAP) || ops.has(Callback.MAP_PAGES)) && bitmap != 0;
        boolean paging = domain.type().isPaging();
        if (!mappable && (paging || !typeFirst())) {
            warnSince67(MAP_INNER, domain);
            return Errno.ENODEV.negative();
        }
        if (!paging) {
            return Errno.EINVAL.negative();
        }
        if (((iova | physical | size) & Long.lowestOneBit(bitmap) - 1) != 0) {
            boolean narrow = kernel.config("ARM") && !kernel.config("ARM_LPAE");
            kernel.log().line(narrow ? UNALIGNED_MAP_32 : UNALIGNED_MAP, kernel, iova, physical);
            kernel.log().line(SIZE_AND_PAGE, kernel, size, Long.lowestOneBit(bitmap));
            return Errno.EINVAL.negative();
        }
        return mapAll(ops, domain, iova, physical, size, prot);
    }

    // up to v6.6 the callback returns nothing; from then on its error undoes the mapping
    private long syncMap(DriverOps ops, IommuDomain domain, long iova, long size) {
        long answer = ops.iotlbSyncMap(domain, iova, size);
        long error = kernel.has(Behaviour.STATIC_DOMAINS) ? answer : 0;
        if (error != 0) {
            unmap(domain, iova, size);
        }
        return error;
    }

    private long mapAll(DriverOps ops, IommuDomain domain, long iova, long physical, long size, int prot) {
        long done = 0;
        while (Long.compareUnsigned(done, size) < 0) {
            PageSizes pages = PageSizes.choose(domain.pgsizeBitmap(), iova + done, physical + done, size - done);
            OpsTable.Mapped mapped = mapSome(ops, domain, iova + done, physical + done, pages, prot);
            done += mapped.bytes();
            if (mapped.error() != 0) {
                unmapAndSync(domain, iova, done);
                return mapped.error();
            }
            if (mapped.bytes() == 0) {
                throw kernel.log().endlessWait(MAP_INNER, domain, false); // a driver that says 0 and has done nothing
            }
        }
        Tracepoints.emit(kernel, Tracepoints.MAP, domain, iova, Term.packPages(physical, size));
        return 0;
    }

    private OpsTable.Mapped mapSome(
            DriverOps ops, IommuDomain domain, long iova, long physical, PageSizes pages, int prot) {
        if (ops.has(Callback.MAP_PAGES)) {
            return ops.mapPages(domain, iova, physical, pages.size(), pages.count(), prot);
        }
        long error = ops.map(domain, iova, physical, pages.size(), prot);
        return new OpsTable.Mapped(error, error == 0 ? pages.size() : 0);
    }

    /** Bytes unmapped: less than asked at a hole, more when a driver drops a larger page. */
    public long unmap(IommuDomain domain, long iova, long size) {
        return kernel.machine().call(Lane.CORE, UNMAP, domain, iova, size, () -> unmapAndSync(domain, iova, size));
    }

    /** iommu_unmap_fast: what is to be invalidated is in the gather, and the caller sees to it. */
    public long unmapFast(IommuDomain domain, long iova, long size, IotlbGather gather) {
        return kernel.machine().call(Lane.CORE, UNMAP_FAST, domain, iova, size, () -> {
            DriverOps ops = domain.ops().require();
            return mayUnmap(ops, domain, iova, size) ? unmapAll(ops, domain, iova, size, gather) : 0;
        });
    }

    /** iommu_iotlb_sync: a driver without the callback needs none. */
    public static void sync(IommuDomain domain, IotlbGather gather) {
        DriverOps ops = domain.ops().require();
        if (ops.has(Callback.IOTLB_SYNC)) {
            ops.iotlbSync(domain, gather);
        }
        gather.restart();
    }

    /** flush_iotlb_all as a flush queue calls it: without a test. */
    public static void flushWithoutTest(IommuDomain domain) {
        domain.ops().require().onDomain(Callback.FLUSH_IOTLB_ALL, domain);
    }

    /** iommu_unmap's body; the sync comes after a refusal, too. */
    private long unmapAndSync(IommuDomain domain, long iova, long size) {
        DriverOps ops = domain.ops().require();
        var gather = new IotlbGather();
        long done = mayUnmap(ops, domain, iova, size) ? unmapAll(ops, domain, iova, size, gather) : 0;
        sync(domain, gather);
        return done;
    }

    // v6.7 asks for the type before it looks for the callback, and warns when a domain with pages has none
    private boolean typeFirst() {
        return kernel.has(Behaviour.STATIC_DOMAINS);
    }

    private void warnSince67(Term function, IommuDomain domain) {
        if (typeFirst()) {
            kernel.log().warnOn(function, domain);
        }
    }

    private boolean mayUnmap(DriverOps ops, IommuDomain domain, long iova, long size) {
        long bitmap = domain.pgsizeBitmap();
        boolean mappable = (ops.has(Callback.UNMAP) || ops.has(Callback.UNMAP_PAGES)) && bitmap != 0;
        boolean paging = domain.type().isPaging();
        if (!mappable && paging) {
            warnSince67(UNMAP_INNER, domain);
        }
        if (!mappable || !paging) {
            return false;
        }
        if (((iova | size) & Long.lowestOneBit(bitmap) - 1) != 0) {
            kernel.log().line(UNALIGNED_UNMAP, kernel, iova, size);
            kernel.log().line(PAGE, kernel, Long.lowestOneBit(bitmap), 0);
            return false;
        }
        return true;
    }

    private long unmapAll(DriverOps ops, IommuDomain domain, long iova, long size, IotlbGather gather) {
        long done = 0;
        while (Long.compareUnsigned(done, size) < 0) {
            PageSizes pages = PageSizes.choose(domain.pgsizeBitmap(), iova + done, iova + done, size - done);
            long bytes = ops.has(Callback.UNMAP_PAGES)
                    ? ops.unmapPages(domain, iova + done, pages.size(), pages.count(), gather)
                    : ops.unmap(domain, iova + done, pages.size(), gather);
            if (bytes == 0) {
                break;
            }
            done += bytes;
        }
        Tracepoints.emit(kernel, Tracepoints.UNMAP, domain, iova, Term.packSizes(size, done));
        return done;
    }

    /** 0 is "not mapped". */
    public long iovaToPhys(IommuDomain domain, long iova) {
        return kernel.machine().call(Lane.CORE, IOVA_TO_PHYS, domain, iova, 0, () -> switch (domain.type()) {
            case IDENTITY -> iova;
            case BLOCKED, SVA, NESTED -> 0; // the last two have no iova_to_phys, and nobody asks
            case UNMANAGED, DMA, DMA_FQ, PLATFORM -> domain.ops().require().iovaToPhys(domain, iova);
        });
    }
}
