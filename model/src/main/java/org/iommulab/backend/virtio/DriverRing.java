package org.iommulab.backend.virtio;

import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.hardware.Mmio;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A split virtqueue as the driver keeps it ({@code struct vring_virtqueue}, drivers/virtio/virtio_ring.c): the ring's
 * three parts in memory, and which descriptors are free.
 */
final class DriverRing {
    private static final int INDEX = 2;
    private static final int PAGE = 4096;
    private static final int NEXT = 0;
    private static final int COUNT = 1;
    private static final int EXTRA = 2;

    private final Site site;
    private final Machine machine;
    private final Mmio registers;
    private final int index;
    private final LongCell size;
    private final LongCell memory;
    private final LongCell free;
    private final LongCell freeHead;
    private final LongCell available;
    private final LongCell seen;
    private final LongCell extra;

    /**
     * A chain that the device has done with.
     *
     * @param buffer where it could write
     * @param length how many bytes
     * @param written how many it says it has written
     */
    record Used(long buffer, int length, int written) {}

    /** @param index the queue's number */
    DriverRing(Site site, SimObject owner, Mmio registers, int index, String name) {
        this.site = site;
        this.machine = owner.machine();
        this.registers = registers;
        this.index = index;
        this.size = cell(owner, Term.count(name + ".num"));
        this.memory = cell(owner, Term.hex(name + ".vring"));
        this.free = cell(owner, Term.count(name + ".num_free"));
        this.freeHead = cell(owner, Term.count(name + ".free_head"));
        this.available = cell(owner, Term.count(name + ".avail_idx"));
        this.seen = cell(owner, Term.count(name + ".last_used_idx"));
        this.extra = cell(owner, Term.count(name + ".desc_extra"));
    }

    private static LongCell cell(SimObject owner, Term term) {
        return new LongCell(owner, Lane.DRIVER, term);
    }

    /** vring_create_virtqueue: memory for the three parts, all descriptors free. */
    void create(int descriptors) {
        size.setQuietly(descriptors);
        int bytes = usedOffset() + VirtioLayout.usedBytes(descriptors) + 7 & -8;
        memory.setQuietly(site.frames().allocate(bytes, PAGE));
        site.memory().clear(memory.get(), bytes);
        free.setQuietly(descriptors);
        freeHead.setQuietly(0);
        available.setQuietly(0);
        seen.setQuietly(0);
        extra.setQuietly(machine.newCells(EXTRA * descriptors));
        for (int i = 0; i < descriptors; i++) {
            store(i, NEXT, i + 1);
        }
    }

    private void store(int descriptor, int what, long value) {
        machine.store((int) extra.get() + EXTRA * descriptor + what, value);
    }

    private long load(int descriptor, int what) {
        return machine.load((int) extra.get() + EXTRA * descriptor + what);
    }

    int size() {
        return (int) size.get();
    }

    int numFree() {
        return (int) free.get();
    }

    /** Whether the device still has something. */
    boolean isInFlight() {
        return free.get() < size.get();
    }

    /** The descriptor that the next chain will begin with. */
    int nextHead() {
        return (int) freeHead.get();
    }

    long descriptors() {
        return memory.get();
    }

    long availableRing() {
        return memory.get() + (long) VirtioLayout.DESC_BYTES * size();
    }

    private int usedOffset() {
        return VirtioLayout.DESC_BYTES * size() + VirtioLayout.availBytes(size()) + 3 & -4;
    }

    long usedRing() {
        return memory.get() + usedOffset();
    }

    /**
     * virtqueue_add_sgs with one buffer for the device to read, if it has a length, and one for it to write. False when
     * there are too few free descriptors (-ENOSPC).
     */
    boolean add(long readable, int readableBytes, long writable, int writableBytes) {
        int needed = readableBytes > 0 ? 2 : 1;
        if (free.get() < needed) {
            return false;
        }
        int head = nextHead();
        int last = readableBytes > 0 ? (int) load(head, NEXT) : head;
        if (readableBytes > 0) {
            describe(head, readable, readableBytes, VirtioLayout.DESC_NEXT, last);
        }
        describe(last, writable, writableBytes, VirtioLayout.DESC_WRITE, 0);
        store(head, COUNT, needed);
        freeHead.setQuietly(load(last, NEXT));
        free.setQuietly(free.get() - needed);
        long slot = availableRing() + VirtioLayout.RING + 2L * (available.get() & size() - 1);
        Bytes.write16(site.memory(), slot, head);
        available.setQuietly(available.get() + 1 & 0xffff);
        Bytes.write16(site.memory(), availableRing() + INDEX, (int) available.get());
        return true;
    }

    private void describe(int descriptor, long address, int length, int flags, int next) {
        PhysicalMemory ram = site.memory();
        long at = descriptors() + (long) VirtioLayout.DESC_BYTES * descriptor;
        ram.write64(at, address);
        ram.write32(at + 8, length);
        ram.write32(at + 12, next << 16 | flags);
    }

    /** virtqueue_kick: tells the device, whether there is something new or not. */
    void kick() {
        registers.write32(VirtioLayout.NOTIFY + VirtioLayout.NOTIFY_MULTIPLIER * index, index);
    }

    /** virtqueue_get_buf: the next chain that came back, whose descriptors are free again. */
    Optional<Used> take() {
        PhysicalMemory ram = site.memory();
        if (Bytes.read16(ram, usedRing() + INDEX) == seen.get()) {
            return Optional.empty();
        }
        long entry = usedRing() + VirtioLayout.RING + (long) VirtioLayout.USED_ENTRY_BYTES * (seen.get() & size() - 1);
        int head = ram.read32(entry);
        if (head < 0 || head >= size() || load(head, COUNT) == 0) {
            return Optional.empty(); // "id %u out of range", "id %u is not a head!"
        }
        seen.setQuietly(seen.get() + 1 & 0xffff);
        long last = descriptors() + VirtioLayout.DESC_BYTES * giveBack(head);
        return Optional.of(new Used(ram.read64(last), ram.read32(last + 8), ram.read32(entry + 4)));
    }

    // the last descriptor of the chain
    private long giveBack(int head) {
        long count = load(head, COUNT);
        int last = count == 2 ? (int) load(head, NEXT) : head;
        store(head, COUNT, 0);
        store(last, NEXT, freeHead.get());
        freeHead.setQuietly(head);
        free.setQuietly(free.get() + count);
        return last;
    }
}
