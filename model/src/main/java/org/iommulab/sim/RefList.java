package org.iommulab.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * An ordered list of pointers that is part of the machine's state, as the kernel's {@code list_head}: nodes of two
 * cells (object, next). Meant for the short lists of a kernel: clients, members, links.
 */
public final class RefList<T extends SimObject> {
    private final Machine machine;
    private final Class<T> type;
    private final int head;

    public RefList(SimObject owner, Class<T> type) {
        this(owner.machine(), type);
    }

    /** A list that belongs to nobody in particular. */
    public RefList(Machine machine, Class<T> type) {
        this.machine = machine;
        this.type = type;
        this.head = machine.newCells(1);
    }

    /** A copy of the list as it is now: safe to loop over while the list changes. */
    public List<T> toList() {
        var list = new ArrayList<T>();
        for (long node = machine.load(head); node != 0; node = machine.load((int) node + 1)) {
            list.add(type.cast(machine.object((int) machine.load((int) node))));
        }
        return list;
    }

    public int size() {
        int size = 0;
        for (long node = machine.load(head); node != 0; node = machine.load((int) node + 1)) {
            size++;
        }
        return size;
    }

    public boolean isEmpty() {
        return machine.load(head) == 0;
    }

    public boolean contains(SimObject object) {
        for (long node = machine.load(head); node != 0; node = machine.load((int) node + 1)) {
            if (machine.load((int) node) == object.id()) {
                return true;
            }
        }
        return false;
    }

    /** Appends; no event of its own. */
    public void add(T object) {
        int node = machine.newCells(2);
        machine.store(node, object.id());
        int link = head;
        while (machine.load(link) != 0) {
            link = (int) machine.load(link) + 1;
        }
        machine.store(link, node);
    }

    /** Puts it before all others, as list_add does; no event of its own. */
    public void addFirst(T object) {
        int node = machine.newCells(2);
        machine.store(node, object.id());
        machine.store(node + 1, machine.load(head));
        machine.store(head, node);
    }

    /** Takes the first occurrence out, if there is one; no event of its own. */
    public boolean remove(SimObject object) {
        int link = head;
        while (machine.load(link) != 0) {
            int node = (int) machine.load(link);
            if (machine.load(node) == object.id()) {
                machine.store(link, machine.load(node + 1));
                return true;
            }
            link = node + 1;
        }
        return false;
    }

    public void clear() {
        machine.store(head, 0);
    }
}
