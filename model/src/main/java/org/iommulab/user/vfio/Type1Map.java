package org.iommulab.user.vfio;

import java.util.List;
import org.iommulab.core.Mapping;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** VFIO_IOMMU_MAP_DMA: the user's pages are pinned and mapped, a run of adjacent ones at a time (vfio_dma_do_map). */
final class Type1Map {
    private static final Term MAP =
            Term.of("vfio_dma_do_map", Type1Iommu.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term PIN =
            Term.of("vfio_pin_pages_remote", Type1Iommu.FILE, Operand.HEX, Operand.HEX, Operand.DECIMAL);
    private static final int KNOWN_FLAGS = Type1Iommu.READ | Type1Iommu.WRITE;
    /** IOMMU_CACHE (include/linux/iommu.h). */
    private static final int CACHE = 4;

    private final Type1Iommu iommu;
    private final Type1Unmap unmapping;
    private final Mapping mapping;
    private final UserMemory memory;

    Type1Map(Type1Iommu iommu, Type1Unmap unmapping) {
        this.iommu = iommu;
        this.unmapping = unmapping;
        this.mapping = iommu.vfio().core().mapping();
        this.memory = iommu.vfio().pool();
    }

    /** IOMMU_READ and IOMMU_WRITE are the flags' bits; VFIO adds IOMMU_CACHE to all it maps. */
    static int prot(int flags) {
        return flags | CACHE;
    }

    /**
     * 0, or in this order -EINVAL for flags, page bounds or a range that wraps, -EEXIST when something overlaps, -ENOSPC
     * without an entry left, -EINVAL outside of one usable range, -EFAULT where the user has no memory, or what a driver
     * says. Addresses as such are not updated (VFIO_DMA_MAP_FLAG_VADDR is unknown here).
     */
    long map(long iova, long size, long vaddr, int flags) {
        return iommu.machine().call(Lane.USER, MAP, iommu, iova, size, () -> {
            if (flags == 0 || (flags & ~KNOWN_FLAGS) != 0) {
                return Errno.EINVAL.negative();
            }
            if (size == 0 || ((size | iova | vaddr) & iommu.smallestPage() - 1) != 0) {
                return Errno.EINVAL.negative();
            }
            if (wraps(iova, size) || wraps(vaddr, size)) {
                return Errno.EINVAL.negative();
            }
            if (iommu.entries().find(iova, size) != 0) {
                return Errno.EEXIST.negative();
            }
            if (!iommu.available().isSet()) {
                return Errno.ENOSPC.negative();
            }
            if (iommu.ranges().toList().stream().noneMatch(range -> range.holds(iova, iova + size - 1))) {
                return Errno.EINVAL.negative();
            }
            iommu.available().add(-1);
            int entry = iommu.entries().link(iova, vaddr, flags);
            long error = pinAndMap(entry, size);
            if (error != 0) {
                unmapping.remove(entry);
            }
            return error;
        });
    }

    static boolean wraps(long start, long size) {
        return Long.compareUnsigned(start + size - 1, start) < 0;
    }

    // vfio_pin_map_dma: the entry grows by what is mapped
    private long pinAndMap(int entry, long size) {
        DmaEntries entries = iommu.entries();
        while (entries.size(entry) != size) {
            long done = entries.size(entry);
            long vaddr = entries.vaddr(entry) + done;
            long pages = pin(vaddr, size - done);
            if (pages < 0) {
                return pages;
            }
            long bytes = pages * memory.pageBytes();
            long error =
                    mapRun(entries.iova(entry) + done, memory.physicalPage(vaddr), bytes, prot(entries.prot(entry)));
            if (error != 0) {
                return error;
            }
            entries.setSize(entry, done + bytes);
        }
        return 0;
    }

    /** Pages of the run that begins here, -EFAULT where it ends at the end of the user's memory with more to come. */
    private long pin(long vaddr, long most) {
        return iommu.machine().call(Lane.USER, PIN, iommu, vaddr, most, () -> {
            long page = memory.pageBytes();
            long pages = 0;
            while (pages * page != most) {
                long next = vaddr + pages * page;
                if (!memory.has(next)) {
                    return Errno.EFAULT.negative();
                }
                if (pages > 0 && memory.physicalPage(next) != memory.physicalPage(vaddr) + pages * page) {
                    return pages;
                }
                pages++;
            }
            return pages;
        });
    }

    // vfio_iommu_map: on every domain of the container, or on none
    private long mapRun(long iova, long physical, long bytes, int prot) {
        List<Type1Domain> domains = iommu.domains().toList();
        for (int i = 0; i < domains.size(); i++) {
            long error = mapping.map(domains.get(i).domain(), iova, physical, bytes, prot);
            if (error != 0) {
                domains.subList(0, i).reversed().forEach(done -> mapping.unmap(done.domain(), iova, bytes));
                return error;
            }
        }
        return 0;
    }
}
