package org.iommulab.dma;

import org.iommulab.sim.Machine;

/**
 * {@code struct iova_magazine}: up to 127 ranges of one size by their first pages (drivers/iommu/iova.c). A view of its
 * cells, which are state; it has none of its own. The first cell is the number of ranges or, for a magazine that nobody
 * fills, the next one of its list.
 *
 * @param at the first cell; 0 is no magazine, and empty
 */
record IovaMagazine(Machine machine, int at) {
    /** IOVA_MAG_SIZE. */
    static final int MOST = 127;

    static final int CELLS = 1 + MOST;

    int size() {
        return at == 0 ? 0 : (int) machine.load(at);
    }

    void resize(int size) {
        machine.store(at, size);
    }

    int next() {
        return (int) machine.load(at);
    }

    void linkTo(int next) {
        machine.store(at, next);
    }

    boolean isEmpty() {
        return size() == 0;
    }

    boolean isFull() {
        return size() == MOST;
    }

    long page(int index) {
        return machine.load(at + 1 + index);
    }

    void push(long page) {
        machine.store(at + 1 + size(), page);
        resize(size() + 1);
    }

    /** iova_magazine_pop: the newest that is not above the limit, into whose place the newest moves; 0 for none. */
    long pop(long limit) {
        int index = size() - 1;
        while (page(index) > limit) {
            if (index == 0) {
                return 0;
            }
            index--;
        }
        long page = page(index);
        int last = size() - 1;
        machine.store(at + 1 + index, page(last));
        resize(last);
        return page;
    }
}
