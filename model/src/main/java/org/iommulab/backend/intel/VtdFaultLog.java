package org.iommulab.backend.intel;

import java.util.Optional;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/** The fault recording registers: filled in turn; when the next is still valid, the fault is lost (overflow). */
final class VtdFaultLog {
    private static final Term RECORDED = Term.hex("fault recorded");
    private static final Term OVERFLOW = Term.hex("fault lost");

    private final IommuUnit unit;
    private final VtdRegisters registers;
    private final LongCell next;

    VtdFaultLog(IommuUnit unit, VtdRegisters registers) {
        this.unit = unit;
        this.registers = registers;
        this.next = new LongCell(unit, Lane.HARDWARE, Term.count("next fault record"));
    }

    private int offset(int index) {
        return registers.caps().faultRecordOffset() + index * VtdLayout.FAULT_RECORD;
    }

    private boolean valid(int index) {
        return (registers.get(offset(index) + 8) & VtdFault.VALID) != 0;
    }

    void record(VtdFault fault) {
        int index = (int) next.get();
        if (valid(index)) {
            registers.raise(VtdLayout.PFO);
            unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, OVERFLOW, unit, fault.address(), fault.reason());
            return;
        }
        registers.set(offset(index), fault.low());
        registers.set(offset(index) + 8, fault.high());
        unit.machine().emit(EventKind.DATA, Lane.HARDWARE, RECORDED, unit, offset(index), fault.high());
        next.setQuietly((index + 1) % registers.caps().faultRecords());
        if ((registers.get(VtdLayout.FSTS) >>> VtdLayout.PPF & 1) == 0) {
            long status = registers.get(VtdLayout.FSTS) & ~(0xffL << VtdLayout.FRI);
            registers.set(VtdLayout.FSTS, status | (long) index << VtdLayout.FRI | 1 << VtdLayout.PPF);
        }
    }

    /** The CPU has written to a record: 1 to the valid bit clears it. Pending is what is still valid. */
    void written(int offset, long value) {
        if (offset % VtdLayout.FAULT_RECORD == 8 && (value & VtdFault.VALID) != 0) {
            registers.set(offset, registers.get(offset) & ~VtdFault.VALID);
            for (int i = 0; i < registers.caps().faultRecords(); i++) {
                if (valid(i)) {
                    return;
                }
            }
            registers.set(VtdLayout.FSTS, registers.get(VtdLayout.FSTS) & ~(1L << VtdLayout.PPF));
        }
    }

    boolean holds(int offset) {
        int first = registers.caps().faultRecordOffset();
        return offset >= first && offset < first + registers.caps().faultRecords() * VtdLayout.FAULT_RECORD;
    }

    /** The latest record that is still valid. */
    Optional<VtdFault> last() {
        int records = registers.caps().faultRecords();
        int index = (int) (next.get() + records - 1) % records;
        return valid(index)
                ? Optional.of(VtdFault.of(registers.get(offset(index)), registers.get(offset(index) + 8)))
                : Optional.empty();
    }
}
