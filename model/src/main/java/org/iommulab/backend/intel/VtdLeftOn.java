package org.iommulab.backend.intel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;

/**
 * What a kernel that crashed has left behind: a unit that translates, with tables of legacy mode in which each device has
 * one page, {@link #IOVA}. Made before the machine starts, so that nothing of it is an event.
 */
final class VtdLeftOn {
    /** Where each device still does DMA. */
    static final long IOVA = 0xfff0_0000L;

    /** Domain ids of the crashed kernel are these and the next, one for each device. */
    private static final int FIRST_DOMAIN = 16;

    private static final int READ_WRITE = 3;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final int levels;
    private final Map<Integer, Long> contextTables = new HashMap<>();

    VtdLeftOn(PhysicalMemory memory, FrameAllocator frames, VtdCaps caps) {
        this.memory = memory;
        this.frames = frames;
        this.levels = VtdCaps.levels(caps.agaw(false));
    }

    private long page() {
        return frames.allocate(VtdLayout.PAGE, VtdLayout.PAGE);
    }

    /** The root table, for the requester ids behind a unit. */
    long tables(List<Integer> sources) {
        long root = page();
        for (int i = 0; i < sources.size(); i++) {
            int source = sources.get(i);
            long contexts = contextTables.computeIfAbsent(source >>> 8, bus -> page());
            memory.write64(root + (long) (source >>> 8) * 16, contexts | 1);
            VtdContext context = VtdContext.EMPTY
                    .withDomain(FIRST_DOMAIN + i)
                    .withRoot(pageTable())
                    .withAddressWidth(levels - 2)
                    .withPresent();
            long at = contexts + (long) (source & 0xff) * VtdContext.BYTES;
            memory.write64(at, context.low());
            memory.write64(at + 8, context.high());
        }
        return root;
    }

    private long pageTable() {
        long top = page();
        long table = top;
        for (int level = levels; level >= 1; level--) {
            long next = page();
            memory.write64(VtdTables.at(level, table, IOVA), next | READ_WRITE);
            table = next;
        }
        return top;
    }
}
