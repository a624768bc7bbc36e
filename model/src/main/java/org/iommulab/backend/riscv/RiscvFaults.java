package org.iommulab.backend.riscv;

import java.util.Optional;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * The unit's end of the fault queue. When it is full, or no memory answers, a bit says so, and until the driver has
 * cleared it nothing more is recorded.
 */
final class RiscvFaults {
    private static final Term WRITTEN = Term.hex("fault queue record");
    private static final Term OVERFLOW = Term.hex("fault queue overflow");
    private static final Term NO_MEMORY = Term.hex("fault queue memory fault");
    private static final RiscvQueue QUEUE = RiscvQueue.FAULT;

    private final IommuUnit unit;
    private final RiscvRegisters registers;
    private final PhysicalMemory memory;

    RiscvFaults(IommuUnit unit, RiscvRegisters registers, PhysicalMemory memory) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
    }

    /** Whether there is something to tell the driver. */
    boolean write(RiscvFault fault) {
        if (!registers.on(QUEUE) || registers.stopped(QUEUE)) {
            return false;
        }
        long tail = registers.get(QUEUE.tail());
        long next = tail + 1 & registers.entries(QUEUE) - 1;
        long address = registers.entryAddress(QUEUE, tail);
        if (next == registers.get(QUEUE.head())) {
            stop(RiscvLayout.FQ_OVERFLOW, OVERFLOW, address, fault);
        } else if (!memory.contains(address, RiscvFault.BYTES)) {
            stop(RiscvLayout.QUEUE_MEMORY_FAULT, NO_MEMORY, address, fault);
        } else {
            memory.write64(address, fault.header());
            memory.write64(address + 8, 0);
            memory.write64(address + RiscvFault.IOTVAL, fault.iotval());
            memory.write64(address + RiscvFault.IOTVAL2, fault.iotval2());
            registers.set(QUEUE.tail(), next);
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, WRITTEN, unit, address, fault.header());
        }
        return true;
    }

    private void stop(int error, Term term, long address, RiscvFault fault) {
        registers.raise(QUEUE, error);
        unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, term, unit, address, fault.header());
    }

    /** The last record that the driver has not read. */
    Optional<RiscvFault> last() {
        long tail = registers.get(QUEUE.tail());
        long address = registers.entryAddress(QUEUE, tail - 1);
        boolean unread = registers.on(QUEUE) && tail != registers.get(QUEUE.head());
        return unread && memory.contains(address, RiscvFault.BYTES)
                ? Optional.of(new RiscvFault(
                        memory.read64(address),
                        memory.read64(address + RiscvFault.IOTVAL),
                        memory.read64(address + RiscvFault.IOTVAL2)))
                : Optional.empty();
    }
}
