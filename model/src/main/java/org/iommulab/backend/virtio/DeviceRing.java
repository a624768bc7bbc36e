package org.iommulab.backend.virtio;

import java.util.Optional;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A queue as the device sees it: where its parts are, and how far it has come. */
final class DeviceRing {
    private static final int INDEX = 2;

    private final PhysicalMemory memory;
    private final int most;
    private final LongCell size;
    private final LongCell enabled;
    private final LongCell descriptors;
    private final LongCell available;
    private final LongCell used;
    private final LongCell taken;
    private final LongCell broken;

    /**
     * A chain of descriptors that the driver has made available: one that the device reads, if any, and one that it
     * writes.
     */
    record Chain(int head, long readable, int readableBytes, long writable, int writableBytes) {}

    private record Descriptor(long address, int length, int flags, int next) {}

    /** @param most how many descriptors the device can do with */
    DeviceRing(SimObject unit, PhysicalMemory memory, int most) {
        this.memory = memory;
        this.most = most;
        this.size = cell(unit, "queue_size");
        this.enabled = cell(unit, "queue_enable");
        this.descriptors = cell(unit, "queue_desc");
        this.available = cell(unit, "queue_avail");
        this.used = cell(unit, "queue_used");
        this.taken = cell(unit, "taken from the queue");
        this.broken = cell(unit, "broken");
        size.setQuietly(most);
    }

    private static LongCell cell(SimObject unit, String name) {
        return new LongCell(unit, Lane.HARDWARE, Term.hex(name));
    }

    void reset() {
        size.setQuietly(most);
        enabled.setQuietly(0);
        descriptors.setQuietly(0);
        available.setQuietly(0);
        used.setQuietly(0);
        taken.setQuietly(0);
        broken.setQuietly(0);
    }

    /** Whether the driver has written something that cannot be: the queue stands still until a reset. */
    boolean isBroken() {
        return broken.isSet();
    }

    /** A chain is not what this device needs. */
    void breakDown() {
        broken.setQuietly(1);
    }

    int size() {
        return (int) size.get();
    }

    /** What a queue register says of this queue; the register is one of {@link VirtioLayout}'s. */
    int read(int register) {
        return switch (register) {
            case VirtioLayout.QUEUE_SIZE -> size();
            case VirtioLayout.QUEUE_ENABLE -> (int) enabled.get();
            case VirtioLayout.QUEUE_DESC_LO -> (int) descriptors.get();
            case VirtioLayout.QUEUE_DESC_HI -> (int) (descriptors.get() >>> 32);
            case VirtioLayout.QUEUE_AVAIL_LO -> (int) available.get();
            case VirtioLayout.QUEUE_AVAIL_HI -> (int) (available.get() >>> 32);
            case VirtioLayout.QUEUE_USED_LO -> (int) used.get();
            case VirtioLayout.QUEUE_USED_HI -> (int) (used.get() >>> 32);
            default -> 0;
        };
    }

    void write(int register, int value) {
        switch (register) {
            case VirtioLayout.QUEUE_SIZE -> setSize(value & 0xffff);
            case VirtioLayout.QUEUE_ENABLE -> enabled.setQuietly(value & 1);
            case VirtioLayout.QUEUE_DESC_LO -> setLow(descriptors, value);
            case VirtioLayout.QUEUE_DESC_HI -> setHigh(descriptors, value);
            case VirtioLayout.QUEUE_AVAIL_LO -> setLow(available, value);
            case VirtioLayout.QUEUE_AVAIL_HI -> setHigh(available, value);
            case VirtioLayout.QUEUE_USED_LO -> setLow(used, value);
            case VirtioLayout.QUEUE_USED_HI -> setHigh(used, value);
            default -> {}
        }
    }

    // a power of two, and no more than there is room for
    private void setSize(int value) {
        if (Integer.bitCount(value) == 1 && value <= most) {
            size.setQuietly(value);
        }
    }

    private static void setLow(LongCell cell, int value) {
        cell.setQuietly(cell.get() & -1L << 32 | value & 0xffff_ffffL);
    }

    private static void setHigh(LongCell cell, int value) {
        cell.setQuietly(cell.get() & 0xffff_ffffL | (long) value << 32);
    }

    /** The next chain; empty when the driver has made none available, or none that can be. */
    Optional<Chain> pop() {
        if (enabled.get() == 0 || isBroken() || !isThere()) {
            return Optional.empty();
        }
        int waiting = Bytes.read16(memory, available.get() + INDEX) - (int) taken.get() & 0xffff;
        if (waiting == 0) {
            return Optional.empty();
        }
        long entry = available.get() + VirtioLayout.RING + 2L * (taken.get() & size() - 1);
        int head = Bytes.read16(memory, entry);
        Optional<Chain> chain = waiting > size() ? Optional.empty() : follow(head);
        broken.setQuietly(chain.isPresent() ? 0 : 1);
        taken.setQuietly(taken.get() + 1 & 0xffff);
        return chain;
    }

    private boolean isThere() {
        return isThere(descriptors.get(), VirtioLayout.DESC_BYTES * size())
                && isThere(available.get(), VirtioLayout.availBytes(size()))
                && isThere(used.get(), VirtioLayout.usedBytes(size()));
    }

    private boolean isThere(long address, int bytes) {
        return (address & 3) == 0 && memory.contains(address, bytes + 3 & -4);
    }

    private Optional<Chain> follow(int head) {
        long readable = 0;
        int readableBytes = 0;
        int at = head;
        for (int links = 0; links < 2; links++) {
            if (at >= size()) {
                return Optional.empty();
            }
            Descriptor descriptor = descriptor(at);
            if (!isThere(descriptor.address(), descriptor.length())) {
                return Optional.empty();
            }
            if ((descriptor.flags() & VirtioLayout.DESC_WRITE) != 0) {
                return Optional.of(new Chain(head, readable, readableBytes, descriptor.address(), descriptor.length()));
            }
            if ((descriptor.flags() & VirtioLayout.DESC_NEXT) == 0) {
                return Optional.empty();
            }
            readable = descriptor.address();
            readableBytes = descriptor.length();
            at = descriptor.next();
        }
        return Optional.empty();
    }

    private Descriptor descriptor(int index) {
        long at = descriptors.get() + (long) VirtioLayout.DESC_BYTES * index;
        return new Descriptor(
                memory.read64(at), memory.read32(at + 8), Bytes.read16(memory, at + 12), Bytes.read16(memory, at + 14));
    }

    /**
     * Puts a chain on the ring of the used ones.
     *
     * @param written bytes that the device has written into it
     */
    void push(Chain chain, int written) {
        int index = Bytes.read16(memory, used.get() + INDEX);
        long entry = used.get() + VirtioLayout.RING + (long) VirtioLayout.USED_ENTRY_BYTES * (index & size() - 1);
        memory.write32(entry, chain.head());
        memory.write32(entry + 4, written);
        Bytes.write16(memory, used.get() + INDEX, index + 1);
    }
}
