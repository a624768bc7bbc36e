package org.iommulab.pagetable;

import java.util.AbstractList;
import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;

/**
 * A table without levels: one array of 32-bit entries in memory, one for each page. What an entry says, and what is in
 * the way of what, is its user's business. The caller keeps indices and counts inside the table.
 */
public final class LinearTable {
    private static final int ENTRY_BYTES = 4;

    /** Entries that are looked at together when most of a table is empty. */
    private static final int STRETCH = 1024;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final TableListener listener;
    private final boolean heard;
    private final int entries;
    private final int table;

    /** Allocates the array, aligned to its size, all 0. */
    public LinearTable(PhysicalMemory memory, FrameAllocator frames, int entries, TableListener listener) {
        this.memory = memory;
        this.frames = frames;
        this.entries = entries;
        this.listener = listener;
        this.heard = listener != TableListener.NONE;
        long address = frames.allocate(bytes(), bytes());
        memory.clear(address, bytes());
        this.table = memory.offset(address, bytes());
        if (heard) {
            listener.tableAllocated(0, address, bytes());
        }
    }

    private int bytes() {
        return entries * ENTRY_BYTES;
    }

    public int size() {
        return entries;
    }

    public long base() {
        return memory.base() + table;
    }

    public int get(int index) {
        return memory.load32(table + (index << 2));
    }

    public void put(int index, int entry) {
        memory.store32(table + (index << 2), entry);
        if (heard) {
            listener.entryWritten(0, base() + ((long) index << 2), entry & 0xffff_ffffL);
        }
    }

    /** Writes {@code first}, {@code first + step}, ... to so many entries. */
    public void fill(int index, int count, int first, int step) {
        if (count == 1) {
            put(index, first);
        } else if (heard) {
            for (int i = 0; i < count; i++) {
                put(index + i, first + i * step);
            }
        } else if (first == 0 && step == 0) {
            memory.storeZeros32(table + (index << 2), count);
        } else {
            memory.storeRun32(table + (index << 2), count, first, step);
        }
    }

    /** How many entries in a row are 0, from this one on, {@code count} at most. */
    public int zeros(int index, int count) {
        if (count > 1 && memory.isZero(table + (index << 2), count << 2)) {
            return count;
        }
        int i = 0;
        while (i < count && get(index + i) == 0) {
            i++;
        }
        return i;
    }

    /** All entries as they are now. */
    public List<Long> entries() {
        int[] copy = new int[entries];
        for (int i = 0; i < entries; i++) {
            copy[i] = get(i);
        }
        return new AbstractList<>() {
            @Override
            public Long get(int index) {
                return copy[index] & 0xffff_ffffL;
            }

            @Override
            public int size() {
                return copy.length;
            }
        };
    }

    /** How many entries are not 0. */
    public int used() {
        int used = 0;
        for (int i = 0; i < entries; i += STRETCH) {
            int end = Math.min(i + STRETCH, entries);
            if (memory.isZero(table + (i << 2), end - i << 2)) {
                continue;
            }
            for (int j = i; j < end; j++) {
                used += get(j) == 0 ? 0 : 1;
            }
        }
        return used;
    }

    /** Gives the memory back; the bytes. */
    public long free() {
        frames.free(bytes());
        if (heard) {
            listener.tableFreed(0, base(), bytes());
        }
        return bytes();
    }
}
