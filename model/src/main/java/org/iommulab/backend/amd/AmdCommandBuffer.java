package org.iommulab.backend.amd;

import org.iommulab.backend.amd.AmdCommand.Opcode;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The ring in memory that the unit takes its commands from, all at once as soon as the tail has moved. A command that it
 * does not know, or cannot read, stops it until it is enabled again.
 */
final class AmdCommandBuffer {
    private static final Term COMMAND = Term.hex("command");
    private static final Term STORED = Term.hex("COMPLETION_WAIT stored");

    private final IommuUnit unit;
    private final AmdRegisters registers;
    private final PhysicalMemory memory;
    private final AmdDeviceTable devices;
    private final AmdTlb tlb;
    private final AmdEventLog log;

    AmdCommandBuffer(
            IommuUnit unit,
            AmdRegisters registers,
            PhysicalMemory memory,
            AmdDeviceTable devices,
            AmdTlb tlb,
            AmdEventLog log) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.devices = devices;
        this.tlb = tlb;
        this.log = log;
    }

    /** Executes what is there, up to the tail. */
    void run() {
        while (registers.commandsRun()) {
            long base = registers.get(AmdLayout.CMD_BUF);
            long mask = AmdLayout.bufferBytes(base) - 1L;
            long head = registers.get(AmdLayout.CMD_HEAD) & mask;
            if (head == (registers.get(AmdLayout.CMD_TAIL) & mask)) {
                return;
            }
            long address = (base & AmdLayout.ADDRESS) + head;
            if (!memory.contains(address, AmdLayout.ENTRY_BYTES)) {
                stop(AmdEvent.Type.COMMAND_HARDWARE_ERROR, address);
                return;
            }
            var command = AmdCommand.of(memory.read64(address), memory.read64(address + 8));
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, COMMAND, unit, address, command.low());
            if (!execute(command, address)) {
                return;
            }
            registers.move(AmdLayout.CMD_HEAD, head + AmdLayout.ENTRY_BYTES & mask);
        }
    }

    private void stop(AmdEvent.Type type, long address) {
        registers.stopCommands();
        unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, Term.hex(type.name()), unit, address, 0);
        log.write(AmdEvent.of(type, 0, 0, 0, address));
    }

    /** Whether the next command may follow. */
    private boolean execute(AmdCommand command, long address) {
        Opcode opcode = command.opcode();
        switch (opcode) {
            case COMPLETION_WAIT -> {
                return complete(command);
            }
            case INVALIDATE_DEVTAB_ENTRY -> dropped(opcode, command.device(), devices.drop(command.device()));
            case INVALIDATE_IOMMU_PAGES -> {
                AmdCommand.Range range = command.range();
                dropped(opcode, range.first(), tlb.drop(command.domain(), range, command.guest(), command.pde()));
            }
            case INVALIDATE_IOMMU_ALL -> {
                if ((registers.features() & AmdLayout.FEATURE_INVALIDATE_ALL) == 0) {
                    stop(AmdEvent.Type.ILLEGAL_COMMAND_ERROR, address);
                    return false;
                }
                dropped(opcode, 0, devices.dropAll() + tlb.dropAll());
            }
            // No device of the lab keeps translations or asks for pages, and interrupts are not remapped.
            case INVALIDATE_IOTLB_PAGES, INVALIDATE_INTERRUPT_TABLE, COMPLETE_PPR_REQUEST -> {}
            case ILLEGAL -> {
                stop(AmdEvent.Type.ILLEGAL_COMMAND_ERROR, address);
                return false;
            }
        }
        return true;
    }

    private void dropped(Opcode opcode, long what, int count) {
        Term term = Term.of(opcode.name(), "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, term, unit, what, count);
    }

    private boolean complete(AmdCommand command) {
        if (command.stores()) {
            long address = command.storeAddress();
            if (!memory.contains(address, 8)) {
                stop(AmdEvent.Type.COMMAND_HARDWARE_ERROR, address);
                return false;
            }
            memory.write64(address, command.high());
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, STORED, unit, address, command.high());
        }
        if (command.interrupts()) {
            registers.raise(AmdLayout.COM_WAIT_INT);
        }
        return true;
    }
}
