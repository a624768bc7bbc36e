package org.iommulab.user.vfio;

import org.iommulab.sim.Machine;

/**
 * The container's {@code dma_list}: its mappings ({@code struct vfio_dma}) in the order of their addresses, as a search
 * tree in cells. The kernel's is a red-black tree; this one is a treap whose priorities come from the nodes' numbers. A
 * node is known by its first cell's number, 0 is no node.
 *
 * <p>The ends of mappings are computed in 64 bits, as the kernel does, so that one that ends with the last address ends
 * at 0: it is found by nobody who looks for what overlaps or begins with it (vfio_find_dma, vfio_find_dma_first_node).
 * The kernel's search for the first may then also lose others, which depends on the shape of its tree; here it does not.
 */
final class DmaEntries {
    private static final int IOVA = 0;
    private static final int SIZE = 1;
    private static final int VADDR = 2;
    private static final int PROT = 3;
    private static final int ORDER = 4;
    private static final int LEFT = 5;
    private static final int RIGHT = 6;
    private static final int CELLS = 7;

    private final Machine machine;
    private final int root;
    private final int free;
    private final int made;

    DmaEntries(Machine machine) {
        this.machine = machine;
        this.root = machine.newCells(3);
        this.free = root + 1;
        this.made = root + 2;
    }

    long iova(int node) {
        return machine.load(node + IOVA);
    }

    long size(int node) {
        return machine.load(node + SIZE);
    }

    void setSize(int node, long size) {
        machine.store(node + SIZE, size);
    }

    long vaddr(int node) {
        return machine.load(node + VADDR);
    }

    int prot(int node) {
        return (int) machine.load(node + PROT);
    }

    /** vfio_link_dma: a mapping without bytes, to be grown. */
    int link(long iova, long vaddr, int prot) {
        int node = (int) machine.load(free);
        if (node == 0) {
            node = machine.newCells(CELLS);
        } else {
            machine.store(free, machine.load(node + RIGHT));
        }
        long order = machine.load(made) + 1;
        machine.store(made, order);
        machine.store(node + IOVA, iova);
        machine.store(node + SIZE, 0);
        machine.store(node + VADDR, vaddr);
        machine.store(node + PROT, prot);
        machine.store(node + ORDER, order);
        int link = root;
        for (int at = at(link); at != 0 && priority(at) > priority(node); at = at(link)) {
            link = isBefore(node, at) ? at + LEFT : at + RIGHT;
        }
        split(at(link), node);
        machine.store(link, node);
        return node;
    }

    // what is in the tree at that place goes below the new node
    private void split(int below, int node) {
        int left = node + LEFT;
        int right = node + RIGHT;
        int at = below;
        while (at != 0) {
            if (isBefore(at, node)) {
                machine.store(left, at);
                left = at + RIGHT;
                at = at(left);
            } else {
                machine.store(right, at);
                right = at + LEFT;
                at = at(right);
            }
        }
        machine.store(left, 0);
        machine.store(right, 0);
    }

    /** vfio_unlink_dma. */
    void unlink(int node) {
        int link = root;
        for (int at = at(link); at != node; at = at(link)) {
            link = isBefore(node, at) ? at + LEFT : at + RIGHT;
        }
        int left = at(node + LEFT);
        int right = at(node + RIGHT);
        while (left != 0 && right != 0) {
            if (priority(left) > priority(right)) {
                machine.store(link, left);
                link = left + RIGHT;
                left = at(link);
            } else {
                machine.store(link, right);
                link = right + LEFT;
                right = at(link);
            }
        }
        machine.store(link, left != 0 ? left : right);
        machine.store(node + LEFT, 0);
        machine.store(node + RIGHT, machine.load(free));
        machine.store(free, node);
    }

    /** vfio_find_dma: a mapping that overlaps this range. */
    int find(long start, long size) {
        int at = at(root);
        while (at != 0) {
            if (Long.compareUnsigned(start + size, iova(at)) <= 0) {
                at = at(at + LEFT);
            } else if (Long.compareUnsigned(start, iova(at) + size(at)) >= 0) {
                at = at(at + RIGHT);
            } else {
                return at;
            }
        }
        return 0;
    }

    /** vfio_find_dma_first_node: the first mapping that overlaps this range. */
    int findFirst(long start, long size) {
        int found = 0;
        int at = at(root);
        while (at != 0) {
            long end = iova(at) + size(at);
            if (end != 0 && Long.compareUnsigned(start, end) >= 0) {
                at = at(at + RIGHT);
            } else {
                found = end == 0 ? found : at;
                at = at(at + LEFT);
            }
        }
        return found != 0 && size != 0 && Long.compareUnsigned(iova(found), start + size) >= 0 ? 0 : found;
    }

    /** How many mappings there are. */
    int count() {
        return count(at(root));
    }

    private int count(int node) {
        return node == 0 ? 0 : 1 + count(at(node + LEFT)) + count(at(node + RIGHT));
    }

    int first() {
        int at = at(root);
        while (at != 0 && at(at + LEFT) != 0) {
            at = at(at + LEFT);
        }
        return at;
    }

    /** rb_next. */
    int next(int node) {
        int found = 0;
        int at = at(root);
        while (at != 0) {
            if (isBefore(node, at)) {
                found = at;
                at = at(at + LEFT);
            } else {
                at = at(at + RIGHT);
            }
        }
        return found;
    }

    /** rb_prev. */
    int previous(int node) {
        int found = 0;
        int at = at(root);
        while (at != 0) {
            if (isBefore(at, node)) {
                found = at;
                at = at(at + RIGHT);
            } else {
                at = at(at + LEFT);
            }
        }
        return found;
    }

    private int at(int link) {
        return (int) machine.load(link);
    }

    // of two that begin at the same address, the later one is the later one
    private boolean isBefore(int one, int other) {
        int byAddress = Long.compareUnsigned(iova(one), iova(other));
        return byAddress < 0 || byAddress == 0 && machine.load(one + ORDER) < machine.load(other + ORDER);
    }

    private static int priority(int node) {
        int mixed = node * 0x9E37_79B1;
        return mixed ^ mixed >>> 15;
    }
}
