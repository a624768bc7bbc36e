package org.iommulab.dma;

import org.iommulab.sim.Machine;

/**
 * The IOVA allocator of arch/arm/mm/dma-mapping.c (__alloc_iova, __free_iova): bottom-up, first fit, in bitmaps of one
 * page each. With 4 KiB pages one bitmap covers 128 MiB; more are added on demand, and no allocation crosses from one to
 * the next.
 */
final class IovaBitmap {
    private static final int BITS = 4096 * 8;
    private static final int WORDS = BITS / 64;
    /** CONFIG_ARM_DMA_IOMMU_ALIGNMENT: at most 2^8 pages. */
    private static final int MAX_ALIGNMENT_ORDER = 8;

    private final Machine machine;
    private final int extensions;
    private final int first;

    /** Room for {@code pages} pages. */
    IovaBitmap(Machine machine, long pages) {
        this.machine = machine;
        this.extensions = (int) ((pages + BITS - 1) / BITS);
        this.first = machine.newCells(1 + extensions);
        machine.store(first, 1);
        machine.store(first + 1, machine.newCells(WORDS));
    }

    /** The number of the first of {@code count} free pages, or -1. */
    long allocate(int count) {
        int order = 64 - Long.numberOfLeadingZeros(count - 1L);
        int alignment = 1 << Math.min(count == 1 ? 0 : order, MAX_ALIGNMENT_ORDER);
        for (int i = 0; i < extensions; i++) {
            if (i >= machine.load(first)) {
                machine.store(first + 1 + i, machine.newCells(WORDS));
                machine.store(first, i + 1L);
            }
            int start = findZeroArea(i, count, alignment);
            if (start >= 0) {
                set(i, start, count, true);
                return (long) i * BITS + start;
            }
        }
        return -1;
    }

    void free(long page, int count) {
        set((int) (page / BITS), (int) (page % BITS), count, false);
    }

    // bitmap_find_next_zero_area (lib/bitmap.c)
    private int findZeroArea(int bitmap, int count, int alignment) {
        int start = 0;
        while (start + count <= BITS) {
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
