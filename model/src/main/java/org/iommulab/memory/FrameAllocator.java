package org.iommulab.memory;

import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Machine;

/**
 * Hands out memory from a range, upwards, aligned, always the same addresses for the same requests. What was given back
 * is counted but never handed out again: an old table stays readable, so that a dangling pointer can be shown.
 */
public final class FrameAllocator {
    private final Machine machine;
    private final long first;
    private final long end;
    private final int next;

    /** An allocator for the addresses from {@code first} up to {@code end} (exclusive). */
    public FrameAllocator(Machine machine, long first, long end) {
        if (first < 0 || end < first) {
            throw new IllegalArgumentException("a range to allocate from must not end before it begins");
        }
        this.machine = machine;
        this.first = first;
        this.end = end;
        this.next = machine.newCells(2);
        machine.store(next, first);
    }

    /**
     * @param bytes how many
     * @param alignment a power of two
     * @return the physical address
     * @throws LimitReached when the range is used up
     */
    public long allocate(long bytes, long alignment) {
        if (bytes <= 0 || Long.bitCount(alignment) != 1) {
            throw new IllegalArgumentException(bytes + " bytes aligned to " + alignment + " cannot be allocated");
        }
        long address = machine.load(next) + alignment - 1 & -alignment;
        if (address < 0 || bytes > end - address) {
            throw new LimitReached("bytes of memory for tables and buffers", end - first);
        }
        machine.store(next, address + bytes);
        machine.store(next + 1, machine.load(next + 1) + bytes);
        return address;
    }

    /** Gives memory back. Its content stays. */
    public void free(long bytes) {
        machine.store(next + 1, machine.load(next + 1) - bytes);
    }

    /** Bytes handed out and not given back. */
    public long inUse() {
        return machine.load(next + 1);
    }
}
