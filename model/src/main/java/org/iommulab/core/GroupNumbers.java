package org.iommulab.core;

import org.iommulab.sim.Machine;

/**
 * The numbers of groups, as ida_alloc gives them out: the smallest that is free (lib/idr.c). A bitmap in cells, of
 * blocks that follow each other as they are needed.
 */
final class GroupNumbers {
    private static final int WORDS = 16;
    private static final int NUMBERS = WORDS * Long.SIZE;
    private static final int NEXT = WORDS;

    private final Machine machine;
    private final int first;

    GroupNumbers(Machine machine) {
        this.machine = machine;
        this.first = machine.newCells(WORDS + 1);
    }

    int take() {
        int base = 0;
        for (int block = first; ; block = following(block)) {
            for (int word = 0; word < WORDS; word++) {
                long used = machine.load(block + word);
                if (used != -1) {
                    int bit = Long.numberOfTrailingZeros(~used);
                    machine.store(block + word, used | 1L << bit);
                    return base + word * Long.SIZE + bit;
                }
            }
            base += NUMBERS;
        }
    }

    private int following(int block) {
        long next = machine.load(block + NEXT);
        if (next == 0) {
            next = machine.newCells(WORDS + 1);
            machine.store(block + NEXT, next);
        }
        return (int) next;
    }

    /** It is free again; nothing when it is so already. */
    void giveBack(int number) {
        int block = first;
        for (int i = number / NUMBERS; i > 0; i--) {
            block = following(block);
        }
        int word = block + number % NUMBERS / Long.SIZE;
        machine.store(word, machine.load(word) & ~(1L << number % Long.SIZE));
    }
}
