package org.iommulab.backend.virtio;

import java.util.List;
import java.util.Optional;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;

/** A unit, with rings in memory as a driver lays them out, and endpoints 16, 24 and 256. */
final class ViommuRig {
    static final long RAM = 0x4000_0000L;
    static final int SIZE = 8;
    static final long FEATURES = 1L << VirtioLayout.F_VERSION_1 | 0x77;
    private static final long REQUESTS = RAM + 0x1000;
    private static final long EVENTS = RAM + 0x2000;
    private static final int AVAILABLE = 0x400;
    private static final int USED = 0x800;
    static final long BUFFER = RAM + 0x4000;
    static final long FAULTS = RAM + 0x8000;

    final Machine machine = Machine.recording();
    final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 1 << 24);
    final InterruptLine irq = new InterruptLine(machine, "irq");
    final ViommuUnit unit;

    ViommuRig(boolean bypass, boolean tellsAccess) {
        this(new HostConfig(FEATURES, -4096, -1, -1, 512, bypass, SIZE, tellsAccess, 0x809_0000, 0x1_0000));
    }

    ViommuRig(HostConfig config) {
        unit = new ViommuUnit(machine, "viommu", 0, memory, irq, config, List.of(16, 24, 256));
    }

    DmaMaster port(int endpoint) {
        return new DmaMaster(machine, "ep" + endpoint, Optional.of(unit), List.of(endpoint), memory);
    }

    /** The queues are there, and the event queue has all its buffers. */
    ViommuRig on() {
        setUp(ViommuLayout.REQUEST_QUEUE, REQUESTS);
        setUp(ViommuLayout.EVENT_QUEUE, EVENTS);
        unit.write32(VirtioLayout.GUEST_FEATURE, 0x77);
        for (int i = 0; i < SIZE; i++) {
            give(EVENTS, i, FAULTS + i * 64L, ViommuLayout.FAULT_BYTES, VirtioLayout.DESC_WRITE, 0);
            offer(EVENTS, i);
        }
        return this;
    }

    private void setUp(int queue, long at) {
        unit.write32(VirtioLayout.QUEUE_SELECT, queue);
        unit.write64(VirtioLayout.QUEUE_DESC_LO, at);
        unit.write64(VirtioLayout.QUEUE_AVAIL_LO, at + AVAILABLE);
        unit.write64(VirtioLayout.QUEUE_USED_LO, at + USED);
        unit.write32(VirtioLayout.QUEUE_ENABLE, 1);
    }

    private void give(long ring, int descriptor, long address, int length, int flags, int next) {
        long at = ring + 16L * descriptor;
        memory.write64(at, address);
        memory.write32(at + 8, length);
        memory.write32(at + 12, next << 16 | flags);
    }

    private void offer(long ring, int head) {
        int index = Bytes.read16(memory, ring + AVAILABLE + 2);
        Bytes.write16(memory, ring + AVAILABLE + 4 + 2L * (index % SIZE), head);
        Bytes.write16(memory, ring + AVAILABLE + 2, index + 1);
    }

    /** Puts a request into the queue, without a word to the device. */
    void queue(ViommuRequest request, long at) {
        request.writeTo(memory, at);
        give(REQUESTS, 0, at, request.readable(), VirtioLayout.DESC_NEXT, 1);
        give(REQUESTS, 1, at + request.readable(), request.writable(), VirtioLayout.DESC_WRITE, 0);
        offer(REQUESTS, 0);
    }

    void kick() {
        unit.write32(VirtioLayout.NOTIFY, 0);
    }

    /** Sends a request; the device's answer. */
    ViommuLayout.Status send(ViommuRequest request) {
        queue(request, BUFFER);
        kick();
        return ViommuLayout.Status.values()[memory.read32(BUFFER + request.bytes() - ViommuLayout.TAIL_BYTES)];
    }

    int usedRequests() {
        return Bytes.read16(memory, REQUESTS + USED + 2);
    }

    int usedEvents() {
        return Bytes.read16(memory, EVENTS + USED + 2);
    }

    /** The fault in a buffer of the event queue, in words: {@code 2 flags 0x100 ep 24 at 0x5000}. */
    String fault(int number) {
        long at = FAULTS + number * 64L;
        return memory.read32(at) + " flags 0x" + Integer.toHexString(memory.read32(at + 4)) + " ep "
                + memory.read32(at + 8) + " at 0x" + Long.toHexString(memory.read64(at + 16));
    }
}
