package org.iommulab.backend.amd;

import java.util.Optional;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** The ring in memory where the unit writes what went wrong. When it is full it stops, until it is enabled again. */
final class AmdEventLog {
    private static final Term LOGGED = Term.hex("event log entry");
    private static final Term OVERFLOW = Term.hex("event log overflow");

    private final IommuUnit unit;
    private final AmdRegisters registers;
    private final PhysicalMemory memory;

    AmdEventLog(IommuUnit unit, AmdRegisters registers, PhysicalMemory memory) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
    }

    private int bytes() {
        return AmdLayout.bufferBytes(registers.get(AmdLayout.EVT_BUF));
    }

    private long address(long pointer) {
        return (registers.get(AmdLayout.EVT_BUF) & AmdLayout.ADDRESS) + pointer;
    }

    /** Writes an event, if the log runs. */
    void write(AmdEvent event) {
        if (!registers.logRuns()) {
            return;
        }
        long tail = registers.get(AmdLayout.EVT_TAIL) & bytes() - 1;
        long next = tail + AmdLayout.ENTRY_BYTES & bytes() - 1;
        long address = address(tail);
        if (next == (registers.get(AmdLayout.EVT_HEAD) & bytes() - 1)) {
            registers.stopLog();
            registers.raise(AmdLayout.EVENT_OVERFLOW);
            unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, OVERFLOW, unit, address, event.low());
        } else if (memory.contains(address, AmdLayout.ENTRY_BYTES)) {
            memory.write64(address, event.low());
            memory.write64(address + 8, event.high());
            registers.move(AmdLayout.EVT_TAIL, next);
            registers.raise(AmdLayout.EVENT_INT);
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, LOGGED, unit, address, event.low());
        }
    }

    /** The last event that the driver has not read yet. */
    Optional<AmdEvent> last() {
        long tail = registers.get(AmdLayout.EVT_TAIL) & bytes() - 1;
        long address = address(tail - AmdLayout.ENTRY_BYTES & bytes() - 1);
        boolean unread = tail != (registers.get(AmdLayout.EVT_HEAD) & bytes() - 1);
        return unread && memory.contains(address, AmdLayout.ENTRY_BYTES)
                ? Optional.of(AmdEvent.of(memory.read64(address), memory.read64(address + 8)))
                : Optional.empty();
    }
}
