package org.iommulab.backend.riscv;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The unit's end of the command queue: as soon as the tail has moved, all commands are carried out. One that makes no
 * sense, or cannot be read, stops it; when the driver has cleared the error, the next move of the tail makes it try the
 * same one again. So does QEMU's unit; the specification says only that clearing the error lets commands be processed
 * again, and a unit that begins at once meets the same one at once.
 */
final class RiscvCommands {
    private static final Term COMMAND = Term.hex("command");
    private static final Term STORED = Term.hex("IOFENCE.C stored");
    private static final Term ILLEGAL = Term.hex("illegal command");
    private static final Term NO_MEMORY = Term.hex("command not read");

    private final IommuUnit unit;
    private final RiscvRegisters registers;
    private final PhysicalMemory memory;
    private final RiscvContexts contexts;
    private final RiscvTlb tlb;

    RiscvCommands(
            IommuUnit unit, RiscvRegisters registers, PhysicalMemory memory, RiscvContexts contexts, RiscvTlb tlb) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.contexts = contexts;
        this.tlb = tlb;
    }

    /** Carries out what is there; whether the driver has to be told of something. */
    boolean run() {
        boolean tell = false;
        // a ring of nonsense is gone around once at most
        for (long left = registers.entries(RiscvQueue.COMMAND); left > 0 && runs(); left--) {
            long head = registers.get(RiscvQueue.COMMAND.head());
            if (head == registers.get(RiscvQueue.COMMAND.tail())) {
                return tell;
            }
            long address = registers.entryAddress(RiscvQueue.COMMAND, head);
            if (!memory.contains(address, RiscvCommand.BYTES)) {
                return stop(RiscvLayout.QUEUE_MEMORY_FAULT, NO_MEMORY, address);
            }
            var command = new RiscvCommand(memory.read64(address), memory.read64(address + 8));
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, COMMAND, unit, address, command.w0());
            switch (execute(command)) {
                case DONE -> {}
                case TELL -> tell = true;
                case ILLEGAL -> {
                    return stop(RiscvLayout.CQ_ILLEGAL, ILLEGAL, address);
                }
                case NO_MEMORY -> {
                    return stop(RiscvLayout.QUEUE_MEMORY_FAULT, NO_MEMORY, command.fenceAddress());
                }
            }
            registers.set(RiscvQueue.COMMAND.head(), head + 1 & registers.entries(RiscvQueue.COMMAND) - 1);
        }
        return tell;
    }

    /** A fence that told of itself does not stop the queue. */
    private boolean runs() {
        int errors = RiscvQueue.COMMAND.errors() & ~RiscvLayout.CQ_FENCE;
        return registers.on(RiscvQueue.COMMAND) && (registers.get32(RiscvQueue.COMMAND.control()) & errors) == 0;
    }

    private boolean stop(int error, Term term, long address) {
        registers.raise(RiscvQueue.COMMAND, error);
        unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, term, unit, address, 0);
        return true;
    }

    private enum End {
        DONE,
        TELL,
        ILLEGAL,
        NO_MEMORY
    }

    /** Second stages, process directories and ATS are not there, so their commands are illegal. */
    private End execute(RiscvCommand command) {
        return switch (command.operation()) {
            case IOTINVAL_VMA -> dropped("IOTINVAL.VMA", command.page(), forget(command));
            case IODIR_INVAL_DDT ->
                dropped(
                        "IODIR.INVAL_DDT",
                        command.did(),
                        command.has(RiscvCommand.DV) ? contexts.drop(command.did()) : contexts.dropAll());
            case IOFENCE -> fence(command);
            case IOTINVAL_GVMA, IODIR_INVAL_PDT, ATS, ILLEGAL -> End.ILLEGAL;
        };
    }

    private int forget(RiscvCommand command) {
        boolean onePscid = command.has(RiscvCommand.PSCV);
        if (command.has(RiscvCommand.GV)) {
            return 0; // translations of guests, of which there are none
        }
        if (command.has(RiscvCommand.AV)) {
            return onePscid ? tlb.dropPage(command.pscid(), command.page()) : tlb.dropPage(command.page());
        }
        return onePscid ? tlb.drop(command.pscid()) : tlb.dropAll();
    }

    private End dropped(String name, long what, int count) {
        Term term = Term.of(name, "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, term, unit, what, count);
        return End.DONE;
    }

    private End fence(RiscvCommand command) {
        if (command.has(RiscvCommand.AV)) {
            long address = command.fenceAddress();
            if (!memory.contains(address, 4)) {
                return End.NO_MEMORY;
            }
            memory.write32(address, command.fenceData());
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, STORED, unit, address, command.fenceData());
        }
        if (command.has(RiscvCommand.FENCE_WSI)) {
            registers.raise(RiscvQueue.COMMAND, RiscvLayout.CQ_FENCE);
            return End.TELL;
        }
        return End.DONE;
    }
}
