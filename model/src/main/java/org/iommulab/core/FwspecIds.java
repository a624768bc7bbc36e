package org.iommulab.core;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.sim.Machine;

/** {@code fwspec->ids}: the numbers by which a device's IOMMU knows it, in the order in which firmware gives them. */
public final class FwspecIds {
    private final Machine machine;
    private final int head;

    FwspecIds(Machine machine) {
        this.machine = machine;
        this.head = machine.newCells(1);
    }

    /** iommu_fwspec_add_ids, with one id. */
    public void add(int id) {
        int node = machine.newCells(2);
        machine.store(node, id);
        int link = head;
        while (machine.load(link) != 0) {
            link = (int) machine.load(link) + 1;
        }
        machine.store(link, node);
    }

    /** A copy; an id can be in it twice. */
    public List<Integer> toList() {
        var ids = new ArrayList<Integer>();
        for (long node = machine.load(head); node != 0; node = machine.load((int) node + 1)) {
            ids.add((int) machine.load((int) node));
        }
        return ids;
    }

    void clear() {
        machine.store(head, 0);
    }
}
