package org.iommulab.backend.dart;

import java.util.stream.IntStream;
import org.iommulab.backend.dart.DartLayout.Build;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** What a write to a register does. Commands are done at once here, so that BUSY never reads as 1. */
final class DartCommands {
    private static final Term FLUSH = Term.of("flush stream", "", Operand.DECIMAL, Operand.DECIMAL, Operand.NONE);
    private static final Term FLUSH_ALL = Term.of("flush all", "", Operand.NONE, Operand.DECIMAL, Operand.NONE);

    private final IommuUnit unit;
    private final Build build;
    private final DartFamily family;
    private final DartRegisters registers;
    private final RegisterFile file;
    private final DartTlb tlb;
    private final InterruptLine irq;

    DartCommands(IommuUnit unit, Build build, DartRegisters registers, DartTlb tlb, InterruptLine irq) {
        this.unit = unit;
        this.build = build;
        this.family = build.chip().family();
        this.registers = registers;
        this.file = registers.file();
        this.tlb = tlb;
        this.irq = irq;
    }

    void write(int offset, int value) {
        file.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        if (registers.isOfStream(offset)) {
            if (!registers.isLocked()) {
                file.set32(offset, value);
            }
        } else if (offset == family.error()) {
            clearError(value);
        } else if (offset != DartLayout.PARAMS1
                && offset != DartLayout.PARAMS2
                && offset != family.errorAddressLow()
                && offset != family.errorAddressHigh()) {
            switch (family) {
                case T8020 -> writeT8020(offset, value);
                case T8110 -> writeT8110(offset, value);
            }
        }
    }

    private void clearError(int value) {
        file.set32(family.error(), file.get32(family.error()) & ~value);
        if (!DartFamily.isFault(file.get32(family.error()))) {
            irq.lower(unit);
        }
    }

    private void writeT8020(int offset, int value) {
        if (offset == DartLayout.STREAM_COMMAND) {
            if ((value & DartLayout.STREAM_COMMAND_INVALIDATE) != 0) {
                int selected = file.get32(DartLayout.STREAM_SELECT);
                IntStream.range(0, build.streams())
                        .filter(stream -> (selected >>> stream & 1) != 0)
                        .forEach(this::flush);
            }
        } else if (offset == family.lock()) {
            file.set32(offset, value | file.get32(offset) & family.lockBit());
        } else {
            file.set32(offset, value);
        }
    }

    // How PROTECT, UNPROTECT and PROTECT_LOCK work together is read from their names.
    private void writeT8110(int offset, int value) {
        if (offset == DartLayout.TLB_CMD) {
            command(value);
        } else if (offset == DartLayout.UNPROTECT) {
            int kept = file.get32(DartLayout.PROTECT_LOCK);
            file.set32(family.lock(), file.get32(family.lock()) & (~value | kept));
        } else if (offset == family.lock() || offset == DartLayout.PROTECT_LOCK || isWord(offset, family.enable(0))) {
            file.set32(offset, file.get32(offset) | value);
        } else if (isWord(offset, DartLayout.DISABLE_STREAMS)) {
            int enable = offset - DartLayout.DISABLE_STREAMS + family.enable(0);
            file.set32(enable, file.get32(enable) & ~value);
        } else if (isWord(offset, DartLayout.ERROR_STREAMS)) {
            file.set32(offset, file.get32(offset) & ~value);
        } else if (offset == DartLayout.ERROR_MASK) {
            file.set32(offset, value);
        }
    }

    private boolean isWord(int offset, int first) {
        return offset >= first && offset < first + 4 * registers.words();
    }

    private void command(int value) {
        int operation = value >>> DartLayout.TLB_CMD_OP_SHIFT & 7;
        if (operation == DartLayout.TLB_CMD_FLUSH_ALL) {
            unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, FLUSH_ALL, unit, 0, tlb.flushAll());
        } else if (operation == DartLayout.TLB_CMD_FLUSH_SID) {
            flush(value & 0xff);
        }
    }

    private void flush(int stream) {
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, FLUSH, unit, stream, tlb.flush(stream));
    }
}
