package org.iommulab.dma;

import org.iommulab.sim.Machine;

/**
 * The IOVA allocator of arch/arm/mm/dma-mapping.c (arm_iommu_create_mapping, __alloc_iova, __free_iova): bottom-up, first
 * fit, in bitmaps of at most one page each. With 4 KiB pages a bitmap covers up to 128 MiB; a request that finds no room
 * adds one, and no allocation crosses from one to the next. What is left over behind the last whole bitmap is never
 * handed out.
 */
final class IovaBitmap {
    /** Bits of a bitmap that fills a page. */
    private static final int PAGE_BITS = 4096 * 8;
    /** Bitmaps are made of the kernel's longs, 32 bits each. */
    private static final int LONG_BITS = 32;
    /** CONFIG_ARM_DMA_IOMMU_ALIGNMENT: at most 2^8 pages. */
    private static final int MAX_ALIGNMENT_ORDER = 8;

    private final Machine machine;
    private final int bits;
    private final int extensions;
    private final int first;

    /** Room for {@code pages} pages, at least one. */
    IovaBitmap(Machine machine, long pages) {
        this.machine = machine;
        long whole = (pages + LONG_BITS - 1) / LONG_BITS * LONG_BITS;
        this.bits = (int) Math.min(whole, PAGE_BITS);
        this.extensions = (int) (whole / bits);
        this.first = machine.newCells(1 + extensions);
        machine.store(first, 1);
        machine.store(first + 1, machine.newCells(words()));
    }

    private int words() {
        return (bits + 63) / 64;
    }

    /** The number of the first of {@code count} free pages, or -1. */
    long allocate(int count) {
        int order = 64 - Long.numberOfLeadingZeros(count - 1L);
        int alignment = 1 << Math.min(count == 1 ? 0 : order, MAX_ALIGNMENT_ORDER);
        int there = (int) machine.load(first);
        for (int i = 0; i < there; i++) {
            long page = allocateIn(i, count, alignment);
            if (page >= 0) {
                return page;
            }
        }
        if (there == extensions) {
            return -1;
        }
        // extend_iommu_mapping: by one bitmap, which stays even if the request does not fit in it
        machine.store(first + 1 + there, machine.newCells(words()));
        machine.store(first, there + 1L);
        return allocateIn(there, count, alignment);
    }

    private long allocateIn(int bitmap, int count, int alignment) {
        int start = findZeroArea(bitmap, count, alignment);
        if (start < 0) {
            return -1;
        }
        set(bitmap, start, count, true);
        return (long) bitmap * bits + start;
    }

    void free(long page, int count) {
        set((int) (page / bits), (int) (page % bits), count, false);
    }

    // bitmap_find_next_zero_area (lib/bitmap.c)
    private int findZeroArea(int bitmap, int count, int alignment) {
        int start = 0;
        while (start + count <= bits) {
            int busy = firstBusy(bitmap, start, start + count);
            if (busy < 0) {
                return start;
            }
            start = busy + alignment & -alignment;
        }
        return -1;
    }

    private int firstBusy(int bitmap, int from, int to) {
        for (int bit = from; bit < to; bit++) {
            if ((word(bitmap, bit) >>> bit & 1) != 0) {
                return bit;
            }
        }
        return -1;
    }

    private long word(int bitmap, int bit) {
        return machine.load((int) machine.load(first + 1 + bitmap) + bit / 64);
    }

    private void set(int bitmap, int start, int count, boolean busy) {
        int base = (int) machine.load(first + 1 + bitmap);
        for (int bit = start; bit < start + count; bit++) {
            long old = machine.load(base + bit / 64);
            machine.store(base + bit / 64, busy ? old | 1L << bit : old & ~(1L << bit));
        }
    }
}
