package org.iommulab.backend.intel;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * The invalidation queue: a ring in memory that the unit works off as soon as the tail has moved. A descriptor that it
 * does not know, or cannot read, stops it until the error is cleared.
 */
final class VtdQueue {
    private static final Term DESCRIPTOR = Term.hex("descriptor");
    private static final Term STATUS = Term.hex("status written");
    private static final Term ERROR = Term.hex("invalidation queue error");
    private static final long POINTER = 0x7_fff0;

    private final IommuUnit unit;
    private final VtdRegisters registers;
    private final PhysicalMemory memory;
    private final VtdInvalidation invalidation;

    VtdQueue(IommuUnit unit, VtdRegisters registers, PhysicalMemory memory, VtdInvalidation invalidation) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.invalidation = invalidation;
    }

    private int descriptorBytes() {
        boolean wide = (registers.get(VtdLayout.IQA) & VtdLayout.WIDE_DESCRIPTORS) != 0;
        return 1 << VtdLayout.DESCRIPTOR_SHIFT + (wide ? 1 : 0);
    }

    private long mask() {
        return ((long) VtdLayout.PAGE << (registers.get(VtdLayout.IQA) & VtdLayout.QUEUE_SIZE)) - 1 & POINTER;
    }

    /** Works off what is there, up to the tail. */
    void run() {
        while (registers.queues() && (registers.get(VtdLayout.FSTS) >>> VtdLayout.IQE & 1) == 0) {
            long head = registers.get(VtdLayout.IQH) & mask();
            if (head == (registers.get(VtdLayout.IQT) & mask())) {
                return;
            }
            long address = (registers.get(VtdLayout.IQA) & VtdLayout.ADDRESS) + head;
            int bytes = descriptorBytes();
            if (head % bytes != 0 || !memory.contains(address, bytes) || !execute(address)) {
                unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, ERROR, unit, address, head);
                registers.raise(VtdLayout.IQE);
                return;
            }
            registers.set(VtdLayout.IQH, head + bytes & mask());
        }
    }

    /** Whether the descriptor is one. */
    private boolean execute(long address) {
        var descriptor = new VtdDescriptor(memory.read64(address), memory.read64(address + 8));
        unit.machine().emit(EventKind.DATA, Lane.HARDWARE, DESCRIPTOR, unit, address, descriptor.low());
        int granularity = descriptor.granularity();
        int domain = descriptor.domain();
        switch (descriptor.type()) {
            case CONTEXT_CACHE ->
                invalidation.contexts(granularity, domain, descriptor.source(), descriptor.functionMask());
            case IOTLB ->
                invalidation.iotlb(
                        granularity, domain, descriptor.address(), descriptor.addressMask(), descriptor.leavesOnly());
            case PASID_CACHE -> invalidation.pasids(granularity, domain, descriptor.pasid());
            case PASID_IOTLB ->
                invalidation.pasidIotlb(
                        granularity,
                        domain,
                        descriptor.pasid(),
                        descriptor.address(),
                        descriptor.addressMask(),
                        descriptor.leavesOnly());
            case WAIT -> {
                return complete(descriptor);
            }
            // no device of the lab keeps translations or asks for pages, and interrupts are not remapped
            case DEVICE_TLB, INTERRUPT_ENTRY_CACHE, PASID_DEVICE_TLB, PAGE_GROUP_RESPONSE -> {}
            case UNKNOWN -> {
                return false;
            }
        }
        return true;
    }

    private boolean complete(VtdDescriptor descriptor) {
        if (descriptor.writesStatus()) {
            long address = descriptor.statusAddress();
            if (!memory.contains(address, 4)) {
                return false;
            }
            memory.write32(address, descriptor.statusData());
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, STATUS, unit, address, descriptor.statusData());
        }
        return true;
    }
}
