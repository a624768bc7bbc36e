package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;

/**
 * What a kernel that crashed has left behind: a unit that translates, with a device table and host tables in which each
 * device has one page, {@link #IOVA}. Made before the machine starts, so that nothing of it is an event.
 */
final class AmdLeftOn {
    /** Where each device still does DMA. */
    static final long IOVA = 0xfff0_0000L;

    /** Domain ids of the crashed kernel are these and the next, one for each device. */
    private static final int FIRST_DOMAIN = 16;

    private static final int LEVELS = 3;
    private static final int PAGE = 4096;
    /** PR, IR and IW, and FC of a leaf. */
    private static final long TABLE = 1L | 3L << 61;

    private static final long LEAF = TABLE | 1L << 60;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;

    AmdLeftOn(PhysicalMemory memory, FrameAllocator frames) {
        this.memory = memory;
        this.frames = frames;
    }

    private long page() {
        return frames.allocate(PAGE, PAGE);
    }

    /** The device table base register, for the requester ids behind a unit. */
    long tables(List<Integer> ids, int lastId) {
        int bytes = AmdSegment.tableBytes(lastId);
        long table = frames.allocate(bytes, PAGE);
        for (int id = 0; id <= lastId; id++) {
            put(table, id, AmdDte.blocked());
        }
        for (int i = 0; i < ids.size(); i++) {
            put(table, ids.get(i), AmdDte.host(pageTable(), LEVELS, FIRST_DOMAIN + i, false));
        }
        return table | bytes / PAGE - 1L;
    }

    private void put(long table, int id, AmdDte dte) {
        long at = table + (long) id * AmdDte.BYTES;
        memory.write64(at, dte.d0());
        memory.write64(at + 8, dte.d1());
    }

    private long pageTable() {
        long top = page();
        long table = top;
        for (int level = LEVELS - 1; level >= 0; level--) {
            long next = page();
            long at = table + (IOVA >>> 12 + 9 * level & 0x1ff) * 8;
            memory.write64(at, next | (level == 0 ? LEAF : TABLE | (long) level << 9));
            table = next;
        }
        return top;
    }
}
