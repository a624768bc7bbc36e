package org.iommulab.backend.virtio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.sim.Machine;

/**
 * Mappings of ranges, ordered by their first address; the driver keeps such a tree for each domain, and so does the host.
 * Overlapping ones are no error here: the kernel's interval tree takes them.
 */
final class Mappings {
    private static final int LAST = 1;
    private static final int PHYSICAL = 2;
    private static final int FLAGS = 3;
    private static final int NEXT = 4;
    private static final int CELLS = 5;

    private final Machine machine;
    private final int head;
    private final int spare;

    Mappings(Machine machine) {
        this.machine = machine;
        this.head = machine.newCells(2);
        this.spare = head + 1;
    }

    /**
     * A mapping.
     *
     * @param start first input address
     * @param last last input address
     * @param physical where the first one comes out
     * @param flags {@link ViommuLayout#MAP_READ} and the like
     */
    record Mapping(long start, long last, long physical, int flags) {
        boolean overlaps(long from, long to) {
            return Long.compareUnsigned(start, to) <= 0 && Long.compareUnsigned(last, from) >= 0;
        }

        boolean isWithin(long from, long to) {
            return Long.compareUnsigned(start, from) >= 0 && Long.compareUnsigned(last, to) <= 0;
        }

        long output(long input) {
            return physical + (input - start);
        }

        long bytes() {
            return last - start + 1;
        }
    }

    /** Behind those that begin at the same address. */
    void add(Mapping mapping) {
        int link = head;
        while (machine.load(link) != 0
                && Long.compareUnsigned(machine.load((int) machine.load(link)), mapping.start()) <= 0) {
            link = (int) machine.load(link) + NEXT;
        }
        int node = newNode();
        machine.store(node, mapping.start());
        machine.store(node + LAST, mapping.last());
        machine.store(node + PHYSICAL, mapping.physical());
        machine.store(node + FLAGS, mapping.flags());
        machine.store(node + NEXT, machine.load(link));
        machine.store(link, node);
    }

    private int newNode() {
        int node = (int) machine.load(spare);
        if (node == 0) {
            return machine.newCells(CELLS);
        }
        machine.store(spare, machine.load(node + NEXT));
        return node;
    }

    /** Takes out the first that is like this. */
    void remove(Mapping mapping) {
        for (int link = head; machine.load(link) != 0; link = (int) machine.load(link) + NEXT) {
            int node = (int) machine.load(link);
            if (at(node).equals(mapping)) {
                machine.store(link, machine.load(node + NEXT));
                machine.store(node + NEXT, machine.load(spare));
                machine.store(spare, node);
                return;
            }
        }
    }

    void clear() {
        toList().forEach(this::remove);
    }

    private Mapping at(int node) {
        return new Mapping(machine.load(node), machine.load(node + LAST), machine.load(node + PHYSICAL), (int)
                machine.load(node + FLAGS));
    }

    List<Mapping> toList() {
        return overlapping(0, -1);
    }

    /** Those that have an address of the range, both ends included. */
    List<Mapping> overlapping(long from, long to) {
        var found = new ArrayList<Mapping>();
        for (long node = machine.load(head); node != 0; node = machine.load((int) node + NEXT)) {
            Mapping mapping = at((int) node);
            if (mapping.overlaps(from, to)) {
                found.add(mapping);
            }
        }
        return found;
    }

    Optional<Mapping> find(long input) {
        return overlapping(input, input).stream().findFirst();
    }

    /** Pages of 4 KiB, also where all 2^64 addresses are mapped. */
    long pages() {
        return toList().stream()
                .mapToLong(m -> (m.last() >>> 12) - (m.start() >>> 12) + 1)
                .sum();
    }
}
