package org.iommulab.user.vfio;

import java.util.List;
import java.util.Optional;
import org.iommulab.core.Mapping;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** What happens to a container's new domain before it counts: a test of its pages, and the mappings that there are. */
final class Type1Replay {
    private static final Term TEST = Term.function("vfio_test_domain_fgsp", Type1Iommu.FILE);
    private static final Term REPLAY = Term.function("vfio_iommu_replay", Type1Iommu.FILE);

    private final Type1Iommu iommu;
    private final Mapping mapping;
    private final long page;

    Type1Replay(Type1Iommu iommu) {
        this.iommu = iommu;
        this.mapping = iommu.vfio().core().mapping();
        this.page = iommu.vfio().pool().pageBytes();
    }

    /**
     * vfio_test_domain_fgsp: two pages are mapped and the first unmapped. When both went with it the driver has made one
     * larger page of them, and unmapping need not look for runs.
     */
    void testForLargePages(Type1Domain domain, List<IovaRange> ranges) {
        iommu.machine().run(Lane.USER, TEST, domain, 0, 0, () -> {
            FrameAllocator frames = iommu.vfio().frames();
            long pages = frames.allocate(2 * page, 2 * page);
            ranges.stream()
                    .filter(this::hasTwoPages)
                    .findFirst()
                    .ifPresent(range -> test(domain, startIn(range), pages));
            frames.free(2 * page);
        });
    }

    private long startIn(IovaRange range) {
        return range.start() + 2 * page - 1 & -2 * page;
    }

    private boolean hasTwoPages(IovaRange range) {
        long start = startIn(range);
        return Long.compareUnsigned(start, range.last()) < 0
                && Long.compareUnsigned(range.last() - start, 2 * page) >= 0;
    }

    private void test(Type1Domain domain, long start, long pages) {
        int prot = Type1Map.prot(Type1Iommu.READ | Type1Iommu.WRITE);
        if (mapping.map(domain.domain(), start, pages, 2 * page, prot) != 0) {
            return;
        }
        if (mapping.unmap(domain.domain(), start, page) == page) {
            mapping.unmap(domain.domain(), start + page, page);
        } else {
            domain.fgsp().set(true);
        }
    }

    /** vfio_iommu_replay: every mapping, by what the container's first domain says; an error undoes what was mapped. */
    long replay(Type1Domain fresh) {
        Optional<Type1Domain> first = iommu.firstDomain();
        if (first.isEmpty()) {
            return 0; // without a domain there are no mappings
        }
        return iommu.machine().call(Lane.USER, REPLAY, iommu, fresh.id(), 0, () -> {
            DmaEntries entries = iommu.entries();
            for (int entry = entries.first(); entry != 0; entry = entries.next(entry)) {
                long error = replayEntry(fresh, first.get(), entry);
                if (error != 0) {
                    for (int done = entry; done != 0; done = entries.previous(done)) {
                        mapping.unmap(fresh.domain(), entries.iova(done), entries.size(done));
                    }
                    return error;
                }
            }
            return 0;
        });
    }

    private long replayEntry(Type1Domain fresh, Type1Domain first, int entry) {
        DmaEntries entries = iommu.entries();
        long begin = entries.iova(entry);
        long size = entries.size(entry);
        long done = 0;
        // with the end in 64 bits, which leaves out what ends with the last address of all
        while (Long.compareUnsigned(begin + done, begin + size) < 0) {
            long physical = mapping.iovaToPhys(first.domain(), begin + done);
            long run = page;
            while (done + run < size && mapping.iovaToPhys(first.domain(), begin + done + run) == physical + run) {
                run += page;
            }
            long error = mapping.map(fresh.domain(), begin + done, physical, run, Type1Map.prot(entries.prot(entry)));
            if (error != 0) {
                return error;
            }
            done += run;
        }
        return 0;
    }
}
