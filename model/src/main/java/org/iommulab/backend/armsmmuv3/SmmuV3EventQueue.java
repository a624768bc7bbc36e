package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** The ring in memory where the unit writes what went wrong. When it is full, what comes is lost, and a flag says so. */
final class SmmuV3EventQueue {
    private static final Term WRITTEN = Term.hex("event queue record");
    private static final Term OVERFLOW = Term.hex("event queue overflow");
    private static final Term NO_MEMORY = Term.hex("event queue write aborted");

    private final IommuUnit unit;
    private final SmmuV3Registers registers;
    private final PhysicalMemory memory;

    SmmuV3EventQueue(IommuUnit unit, SmmuV3Registers registers, PhysicalMemory memory) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
    }

    private int log2() {
        return SmmuV3Registers.log2Entries(
                registers.get(SmmuV3Layout.EVTQ_BASE), registers.idr().eventQueueBits());
    }

    private long address(int position) {
        return (registers.get(SmmuV3Layout.EVTQ_BASE) & SmmuV3Layout.QUEUE_ADDRESS)
                + (long) SmmuV3Layout.index(position, log2()) * SmmuV3Event.BYTES;
    }

    /** What a write comes to. */
    enum Written {
        /** There is a record for the driver. */
        YES,
        /** Nothing happened: the queue is off, or it is full. */
        NO,
        /** No memory answered: a global error. */
        ABORTED
    }

    Written write(SmmuV3Event event) {
        if (!registers.enabled(SmmuV3Layout.EVTQEN)) {
            return Written.NO;
        }
        int producer = registers.get32(SmmuV3Layout.EVTQ_PROD);
        int consumer = registers.get32(SmmuV3Layout.EVTQ_CONS);
        long address = address(producer);
        if (SmmuV3Layout.isFull(producer, consumer, log2())) {
            if (((producer ^ consumer) & SmmuV3Layout.QUEUE_OVERFLOW) == 0) {
                registers.set32(SmmuV3Layout.EVTQ_PROD, producer ^ SmmuV3Layout.QUEUE_OVERFLOW);
            }
            unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, OVERFLOW, unit, address, event.w0());
            return Written.NO;
        }
        if (!memory.contains(address, SmmuV3Event.BYTES)) {
            unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, NO_MEMORY, unit, address, event.w0());
            return Written.ABORTED;
        }
        for (int i = 0; i < 4; i++) {
            memory.write64(address + 8L * i, event.word(i));
        }
        registers.set32(SmmuV3Layout.EVTQ_PROD, SmmuV3Layout.next(producer, log2()));
        unit.machine().emit(EventKind.DATA, Lane.HARDWARE, WRITTEN, unit, address, event.w0());
        return Written.YES;
    }

    boolean isEmpty() {
        return SmmuV3Layout.isEmpty(
                registers.get32(SmmuV3Layout.EVTQ_PROD), registers.get32(SmmuV3Layout.EVTQ_CONS), log2());
    }

    /** The last record that the driver has not read yet. */
    Optional<SmmuV3Event> last() {
        int producer = registers.get32(SmmuV3Layout.EVTQ_PROD);
        long address = address(producer - 1);
        return isEmpty() || !memory.contains(address, SmmuV3Event.BYTES)
                ? Optional.empty()
                : Optional.of(new SmmuV3Event(
                        memory.read64(address),
                        memory.read64(address + 8),
                        memory.read64(address + 16),
                        memory.read64(address + 24)));
    }
}
