package org.iommulab.user.vfio;

import java.util.List;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.Mapping;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** VFIO_IOMMU_UNMAP_DMA: whole mappings are taken out (vfio_dma_do_unmap, vfio_unmap_unpin). */
final class Type1Unmap {
    private static final Term UNMAP =
            Term.of("vfio_dma_do_unmap", Type1Iommu.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP_UNPIN =
            Term.of("vfio_unmap_unpin", Type1Iommu.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final int MOST_WITHOUT_SYNC = 512;
    /** The size that stands for everything: U64_MAX. */
    private static final long EVERYTHING = -1;

    private final Type1Iommu iommu;
    private final Kernel kernel;
    private final Mapping mapping;
    private final long page;

    Type1Unmap(Type1Iommu iommu) {
        this.iommu = iommu;
        this.kernel = iommu.vfio().kernel();
        this.mapping = iommu.vfio().core().mapping();
        this.page = iommu.vfio().pool().pageBytes();
    }

    /**
     * Takes out every mapping that begins in the range; -EINVAL for flags, page bounds or a range that wraps, and in
     * version 2 for a range that cuts a mapping. Version 1 stops at a mapping that begins before the range. Dirty pages and
     * addresses alone (the flags GET_DIRTY_BITMAP and VADDR) are unknown here.
     */
    VfioContainer.Unmapped unmap(long iova, long size, int flags) {
        long[] unmapped = {size};
        long error = iommu.machine().call(Lane.USER, UNMAP, iommu, iova, size, () -> {
            boolean all = flags == Type1Iommu.UNMAP_ALL;
            if (flags != 0 && !all || !isAllowed(iova, size, all) || iommu.isV2() && !all && cuts(iova, size)) {
                return Errno.EINVAL.negative();
            }
            unmapped[0] = removeFrom(iova, all ? EVERYTHING : size);
            return 0;
        });
        return new VfioContainer.Unmapped(error, unmapped[0]);
    }

    private boolean isAllowed(long iova, long size, boolean all) {
        long mask = iommu.smallestPage() - 1;
        if ((iova & mask) != 0) {
            return false;
        }
        return all ? iova == 0 && size == 0 : size != 0 && (size & mask) == 0 && !Type1Map.wraps(iova, size);
    }

    private boolean cuts(long iova, long size) {
        DmaEntries entries = iommu.entries();
        int first = entries.find(iova, 1);
        if (first != 0 && entries.iova(first) != iova) {
            return true;
        }
        int last = entries.find(iova + size - 1, 1);
        return last != 0 && entries.iova(last) + entries.size(last) != iova + size;
    }

    private long removeFrom(long iova, long size) {
        DmaEntries entries = iommu.entries();
        long bytes = 0;
        int entry = entries.findFirst(iova, size);
        while (entry != 0 && Long.compareUnsigned(entries.iova(entry), iova + size) < 0) {
            if (!iommu.isV2() && Long.compareUnsigned(iova, entries.iova(entry)) > 0) {
                break;
            }
            bytes += entries.size(entry);
            int next = entries.next(entry);
            remove(entry);
            entry = next;
        }
        return bytes;
    }

    /** vfio_iommu_unmap_unpin_all. */
    void removeAll() {
        for (int entry = iommu.entries().first();
                entry != 0;
                entry = iommu.entries().first()) {
            remove(entry);
        }
    }

    /** vfio_remove_dma. */
    void remove(int entry) {
        DmaEntries entries = iommu.entries();
        long iova = entries.iova(entry);
        long size = entries.size(entry);
        if (size != 0) {
            iommu.machine().run(Lane.USER, UNMAP_UNPIN, iommu, iova, size, () -> unmapEverywhere(iova, size));
        }
        entries.unlink(entry);
        iommu.available().add(1);
    }

    // the other domains at one go; the first piece by piece, because its tables know the pages to unpin
    private void unmapEverywhere(long iova, long size) {
        List<Type1Domain> domains = iommu.domains().toList();
        if (domains.isEmpty()) {
            return;
        }
        domains.subList(1, domains.size()).forEach(other -> mapping.unmap(other.domain(), iova, size));
        unmapFirst(domains.getFirst(), iova, size);
    }

    // vfio_unmap_unpin compares with the end in 64 bits: a mapping that ends with the last address of all, whose end is
    // 0, it
    // leaves in the tables (as AMD's 6.1 and 6.12 were seen to do)
    private void unmapFirst(Type1Domain first, long iova, long size) {
        var gather = new IotlbGather();
        int pieces = 0;
        long done = 0;
        while (Long.compareUnsigned(iova + done, iova + size) < 0) {
            long physical = mapping.iovaToPhys(first.domain(), iova + done);
            if (physical == 0) {
                kernel.log().warnOn(UNMAP_UNPIN, first.domain());
                done += page;
                continue;
            }
            long run = runOf(first, iova + done, size - done, physical);
            long bytes = mapping.unmapFast(first.domain(), iova + done, run, gather);
            pieces += bytes == 0 ? 0 : 1;
            if (bytes == 0 || pieces >= MOST_WITHOUT_SYNC) {
                Mapping.sync(first.domain(), gather);
                gather = new IotlbGather();
                pieces = 0;
            }
            if (bytes == 0) {
                // the slow way
                bytes = mapping.unmap(first.domain(), iova + done, run);
            }
            if (bytes == 0) {
                kernel.log().warnOn(UNMAP_UNPIN, first.domain());
                break;
            }
            done += bytes;
        }
        if (pieces != 0) {
            Mapping.sync(first.domain(), gather);
        }
    }

    // with larger pages a small one is asked for, and what comes back is the whole of it
    private long runOf(Type1Domain first, long iova, long most, long physical) {
        long run = page;
        while (!first.fgsp().get() && run < most && mapping.iovaToPhys(first.domain(), iova + run) == physical + run) {
            run += page;
        }
        return run;
    }
}
