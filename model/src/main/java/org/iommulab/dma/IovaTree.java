package org.iommulab.dma;

import org.iommulab.sim.Machine;

/**
 * Ranges that are taken, in the order of their addresses, and the search for a free one from above (drivers/iommu/iova.c:
 * alloc_iova, free_iova, reserve_iova). What the kernel keeps in a red-black tree is a list here; which range is found
 * does not depend on it. All numbers are pages.
 */
final class IovaTree {
    /** IOVA_ANCHOR: a node above all addresses. */
    private static final long ANCHOR = Long.MAX_VALUE;

    private static final int NODE = 4;
    private static final int LOW = 0;
    private static final int HIGH = 1;
    private static final int ABOVE = 2;
    private static final int BELOW = 3;

    private final Machine machine;
    private final int anchor;
    private final int hints;

    /** Of the cells at {@link #hints}. */
    private static final int CACHED32 = 0;

    private static final int CACHED = 1;
    private static final int MAX32 = 2;
    private static final int START = 3;
    private static final int SPARE = 4;
    private static final int DMA_32BIT = 5;

    IovaTree(Machine machine) {
        this.machine = machine;
        this.anchor = machine.newCells(NODE);
        this.hints = machine.newCells(6);
    }

    /** init_iova_domain. */
    void start(long startPage, int granuleShift) {
        put(anchor, LOW, ANCHOR);
        put(anchor, HIGH, ANCHOR);
        machine.store(hints + CACHED32, anchor);
        machine.store(hints + CACHED, anchor);
        machine.store(hints + START, startPage);
        machine.store(hints + DMA_32BIT, 1L << 32 - granuleShift);
        machine.store(hints + MAX32, 1L << 32 - granuleShift);
    }

    /** {@code start_pfn}: the lowest page that is handed out. */
    long startPage() {
        return hint(START);
    }

    private long get(int node, int field) {
        return machine.load(node + field);
    }

    private int link(int node, int field) {
        return (int) machine.load(node + field);
    }

    private void put(int node, int field, long value) {
        machine.store(node + field, value);
    }

    private long hint(int which) {
        return machine.load(hints + which);
    }

    // ---- taking

    /**
     * alloc_iova: the first page of the highest free range that ends at the limit or below it and is aligned to its size,
     * rounded up to a power of two; 0 for none. The search begins at the last range taken, and is repeated from the top.
     */
    long allocate(long pages, long limit) {
        long end = limit + 1;
        if (end <= hint(DMA_32BIT) && pages >= hint(MAX32)) {
            return 0; // as much was not there the last time
        }
        int from = (int) hint(end <= hint(DMA_32BIT) ? CACHED32 : CACHED);
        long page = search(from, end, pages, hint(START));
        if (page == 0 && get(from, HIGH) < end) {
            page = search(firstFrom(end), end, pages, get(from, HIGH) + 1);
        }
        if (page == 0) {
            machine.store(hints + MAX32, pages);
        }
        return page;
    }

    // __alloc_and_insert_iova_range, one round downwards
    private long search(int from, long end, long pages, long lowest) {
        long alignment = pages == 1 ? 1 : Long.highestOneBit(pages - 1) << 1;
        long high = end;
        long page;
        int above;
        int node = from;
        do {
            high = Math.min(high, get(node, LOW));
            page = high - pages & -alignment;
            above = node;
            node = link(node, BELOW);
        } while (node != 0 && page <= get(node, HIGH) && page >= lowest);
        if (high < pages || page < lowest) {
            return 0;
        }
        int taken = insertBelow(above, page, page + pages - 1);
        machine.store(hints + (page + pages - 1 < hint(DMA_32BIT) ? CACHED32 : CACHED), taken);
        return page;
    }

    // iova_find_limit
    private int firstFrom(long end) {
        int node = anchor;
        while (link(node, BELOW) != 0 && get(link(node, BELOW), LOW) >= end) {
            node = link(node, BELOW);
        }
        return node;
    }

    private int insertBelow(int above, long low, long high) {
        int node = (int) hint(SPARE);
        if (node == 0) {
            node = machine.newCells(NODE);
        } else {
            machine.store(hints + SPARE, link(node, ABOVE));
        }
        int below = link(above, BELOW);
        put(node, LOW, low);
        put(node, HIGH, high);
        put(node, ABOVE, above);
        put(node, BELOW, below);
        put(above, BELOW, node);
        if (below != 0) {
            put(below, ABOVE, node);
        }
        return node;
    }

    /** reserve_iova: never handed out; both ends included. What is taken there already stays, and grows downwards. */
    void reserve(long first, long last) {
        int above = anchor;
        while (link(above, BELOW) != 0 && get(link(above, BELOW), HIGH) >= first) {
            int node = link(above, BELOW);
            if (get(node, LOW) <= last) {
                reserve(node, first, last);
                return;
            }
            above = node;
        }
        insertBelow(above, first, last);
    }

    // The highest of the ranges that overlap: what is above it is new, what is below it goes on with the next.
    private void reserve(int overlapped, long first, long last) {
        if (last > get(overlapped, HIGH)) {
            insertBelow(link(overlapped, ABOVE), get(overlapped, HIGH) + 1, last);
        }
        if (first < get(overlapped, LOW)) {
            reserve(first, get(overlapped, LOW) - 1);
        }
    }

    // ---- giving back

    /** free_iova: the range that holds the page is free; nothing when there is none. */
    void free(long page) {
        int node = find(page);
        if (node == 0) {
            return;
        }
        forget(node);
        int above = link(node, ABOVE);
        int below = link(node, BELOW);
        put(above, BELOW, below);
        if (below != 0) {
            put(below, ABOVE, above);
        }
        put(node, ABOVE, hint(SPARE));
        machine.store(hints + SPARE, node);
    }

    private int find(long page) {
        int node = link(anchor, BELOW);
        while (node != 0 && get(node, LOW) > page) {
            node = link(node, BELOW);
        }
        return node != 0 && get(node, HIGH) >= page ? node : 0;
    }

    // __cached_rbnode_delete_update: the next search begins no lower than here
    private void forget(int node) {
        int cached32 = (int) hint(CACHED32);
        if (node == cached32 || get(node, HIGH) < hint(DMA_32BIT) && get(node, LOW) >= get(cached32, LOW)) {
            machine.store(hints + CACHED32, link(node, ABOVE));
        }
        if (get(node, LOW) < hint(DMA_32BIT)) {
            machine.store(hints + MAX32, hint(DMA_32BIT));
        }
        if (get(node, LOW) >= get((int) hint(CACHED), LOW)) {
            machine.store(hints + CACHED, link(node, ABOVE));
        }
    }
}
