package org.iommulab.hardware;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.sim.Machine;

/**
 * A cache of translations in journaled cells: {@code sets} times {@code ways} slots. The set is chosen by the bits of
 * the accessed address above {@code setShift}, whatever the size of the page; a full set replaces its slots in turn.
 *
 * <p>A slot is found by number; its content is asked for by {@link #output}, {@link #attributes} and so on. What the
 * attributes mean is the unit's business (permissions, an address space id).
 */
public final class Iotlb {
    /** What {@link #find} answers in vain. */
    public static final int MISS = -1;

    private static final int CELLS = 4;
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    /** Bytes of the page; 0 in a free slot. */
    private static final int BYTES = 2;

    private static final int ATTRIBUTES = 3;

    private final Machine machine;
    private final int sets;
    private final int ways;
    private final int setShift;
    private final int slots;
    private final int turns;

    /** @param sets a power of two; 1 makes it fully associative */
    public Iotlb(Machine machine, int sets, int ways, int setShift) {
        if (Integer.bitCount(sets) != 1 || ways < 1) {
            throw new IllegalArgumentException("sets must be a power of two, ways at least 1");
        }
        this.machine = machine;
        this.sets = sets;
        this.ways = ways;
        this.setShift = setShift;
        this.slots = machine.newCells(sets * ways * CELLS);
        this.turns = machine.newCells(sets);
    }

    public int size() {
        return sets * ways;
    }

    private int set(long input) {
        return (int) (input >>> setShift) & sets - 1;
    }

    private int cell(int slot, int field) {
        return slots + slot * CELLS + field;
    }

    private boolean covers(int slot, long input) {
        long offset = input - machine.load(cell(slot, INPUT));
        return Long.compareUnsigned(offset, machine.load(cell(slot, BYTES))) < 0;
    }

    /** The slot that covers this address and whose attributes, under {@code mask}, are {@code wanted}. */
    public int find(long input, long mask, long wanted) {
        int first = set(input) * ways;
        for (int slot = first; slot < first + ways; slot++) {
            if (covers(slot, input) && (attributes(slot) & mask) == wanted) {
                return slot;
            }
        }
        return MISS;
    }

    /** The slot that covers this address, or {@link #MISS}. */
    public int find(long input) {
        return find(input, 0, 0);
    }

    public long input(int slot) {
        return machine.load(cell(slot, INPUT));
    }

    /** First output address of the page. */
    public long output(int slot) {
        return machine.load(cell(slot, OUTPUT));
    }

    public long bytes(int slot) {
        return machine.load(cell(slot, BYTES));
    }

    public long attributes(int slot) {
        return machine.load(cell(slot, ATTRIBUTES));
    }

    public boolean isFree(int slot) {
        return bytes(slot) == 0;
    }

    /** Where an address comes out through this slot. */
    public long translate(int slot, long input) {
        return output(slot) + (input - input(slot));
    }

    /**
     * Keeps a translation in the set of the accessed address.
     *
     * @param input the accessed address
     * @param page first output address of the page
     * @param bytes size of the page, a power of two
     * @return the slot
     */
    public int fill(long input, long page, long bytes, long attributes) {
        int first = set(input) * ways;
        int slot = first;
        while (slot < first + ways && !isFree(slot)) {
            slot++;
        }
        if (slot == first + ways) {
            int turn = turns + set(input);
            slot = first + (int) machine.load(turn);
            machine.store(turn, (machine.load(turn) + 1) % ways);
        }
        machine.store(cell(slot, INPUT), input & -bytes);
        machine.store(cell(slot, OUTPUT), page);
        machine.store(cell(slot, BYTES), bytes);
        machine.store(cell(slot, ATTRIBUTES), attributes);
        return slot;
    }

    public void drop(int slot) {
        for (int field = 0; field < CELLS; field++) {
            machine.store(cell(slot, field), 0);
        }
    }

    /** Drops what covers this address in the set of this address; how many. */
    public int flush(long input) {
        return flush(input, 0, 0);
    }

    /** The same, but only where the attributes, under {@code mask}, are {@code wanted}. */
    public int flush(long input, long mask, long wanted) {
        int dropped = 0;
        int first = set(input) * ways;
        for (int slot = first; slot < first + ways; slot++) {
            if (covers(slot, input) && (attributes(slot) & mask) == wanted) {
                drop(slot);
                dropped++;
            }
        }
        return dropped;
    }

    /** Drops everything whose attributes, under {@code mask}, are {@code wanted}; how many. */
    public int flushMatching(long mask, long wanted) {
        int dropped = 0;
        for (int slot = 0; slot < size(); slot++) {
            if (!isFree(slot) && (attributes(slot) & mask) == wanted) {
                drop(slot);
                dropped++;
            }
        }
        return dropped;
    }

    public int flushAll() {
        return flushMatching(0, 0);
    }

    /** Drops everything that overlaps an address range (both ends included); how many. */
    public int flushRange(long first, long last) {
        int dropped = 0;
        for (int slot = 0; slot < size(); slot++) {
            if (!isFree(slot) && input(slot) <= last && input(slot) + bytes(slot) - 1 >= first) {
                drop(slot);
                dropped++;
            }
        }
        return dropped;
    }

    /** The slots in use. */
    public List<Integer> used() {
        var used = new ArrayList<Integer>();
        for (int slot = 0; slot < size(); slot++) {
            if (!isFree(slot)) {
                used.add(slot);
            }
        }
        return used;
    }
}
