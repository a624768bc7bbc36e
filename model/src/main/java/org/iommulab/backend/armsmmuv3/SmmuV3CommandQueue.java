package org.iommulab.backend.armsmmuv3;

import org.iommulab.backend.armsmmuv3.SmmuV3Command.Opcode;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The ring in memory that the unit takes its commands from, all at once as soon as the producer has moved. A command that
 * it does not know, or cannot read, stops it until the driver has acknowledged the error.
 */
final class SmmuV3CommandQueue {
    private static final Term COMMAND = Term.hex("command");
    private static final Term STORED = Term.hex("CMD_SYNC stored");

    private final IommuUnit unit;
    private final SmmuV3Registers registers;
    private final PhysicalMemory memory;
    private final SmmuV3Configs configs;
    private final SmmuV3Tlb tlb;
    private final SmmuV3Stalls stalls;

    SmmuV3CommandQueue(
            IommuUnit unit,
            SmmuV3Registers registers,
            PhysicalMemory memory,
            SmmuV3Configs configs,
            SmmuV3Tlb tlb,
            SmmuV3Stalls stalls) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.configs = configs;
        this.tlb = tlb;
        this.stalls = stalls;
    }

    private int log2() {
        return SmmuV3Registers.log2Entries(
                registers.get(SmmuV3Layout.CMDQ_BASE), registers.idr().commandQueueBits());
    }

    private boolean runs() {
        return registers.enabled(SmmuV3Layout.CMDQEN) && !registers.active(SmmuV3Layout.CMDQ_ERR);
    }

    /** Executes what is there, up to the producer; whether an error stopped it. */
    boolean run() {
        // A producer that the CPU sets to nonsense makes the unit go once around at most.
        for (int left = 1 << log2(); left > 0 && runs(); left--) {
            int consumer = registers.get32(SmmuV3Layout.CMDQ_CONS);
            if (SmmuV3Layout.isEmpty(registers.get32(SmmuV3Layout.CMDQ_PROD), consumer, log2())) {
                return false;
            }
            long address = (registers.get(SmmuV3Layout.CMDQ_BASE) & SmmuV3Layout.QUEUE_ADDRESS)
                    + (long) SmmuV3Layout.index(consumer, log2()) * SmmuV3Command.BYTES;
            if (!memory.contains(address, SmmuV3Command.BYTES)) {
                return stop(SmmuV3Layout.ERROR_ABORT, address);
            }
            var command = new SmmuV3Command(memory.read64(address), memory.read64(address + 8));
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, COMMAND, unit, address, command.low());
            if (!execute(command)) {
                return stop(SmmuV3Layout.ERROR_ILLEGAL, address);
            }
            registers.set32(SmmuV3Layout.CMDQ_CONS, SmmuV3Layout.next(SmmuV3Layout.place(consumer, log2()), log2()));
        }
        return false;
    }

    private boolean stop(int error, long address) {
        int consumer = SmmuV3Layout.place(registers.get32(SmmuV3Layout.CMDQ_CONS), log2());
        registers.set32(SmmuV3Layout.CMDQ_CONS, consumer | error << SmmuV3Layout.CMDQ_ERROR_SHIFT);
        registers.raise(SmmuV3Layout.CMDQ_ERR);
        Term term = Term.hex(error == SmmuV3Layout.ERROR_ABORT ? "command not read" : "illegal command");
        unit.machine().emit(EventKind.FAULT, Lane.HARDWARE, term, unit, address, 0);
        return true;
    }

    /** Whether it is a command. */
    private boolean execute(SmmuV3Command command) {
        Opcode opcode = command.opcode();
        boolean two = registers.idr().stageTwo();
        switch (opcode) {
            case CFGI_STE -> dropped(opcode, command.sid(), configs.dropStreams(command.sid(), 0));
            // CFGI_STE_RANGE has the same number
            case CFGI_ALL -> dropped(opcode, command.sid(), configs.dropStreams(command.sid(), command.idRange() + 1));
            case CFGI_CD -> dropped(opcode, command.sid(), configs.dropCd(command.sid(), command.ssid()));
            case CFGI_CD_ALL -> dropped(opcode, command.sid(), configs.dropCds(command.sid()));
            case TLBI_NH_ALL -> dropped(opcode, command.vmid(), tlb.dropStageOne(command.vmid()));
            case TLBI_NH_ASID -> dropped(opcode, command.asid(), tlb.dropAsid(guest(command)));
            case TLBI_NH_VA, TLBI_NH_VAA ->
                dropped(
                        opcode,
                        command.pages().address(),
                        tlb.drop(guest(command), opcode == Opcode.TLBI_NH_VAA, command.pages(), ranges()));
            case TLBI_EL2_ALL -> dropped(opcode, 0, tlb.dropEl2());
            case TLBI_EL2_ASID -> dropped(opcode, command.asid(), tlb.dropAsid(hypervisor(command)));
            case TLBI_EL2_VA ->
                dropped(
                        opcode,
                        command.pages().address(),
                        tlb.drop(hypervisor(command), false, command.pages(), ranges()));
            case TLBI_S12_VMALL -> {
                if (!two) {
                    return false;
                }
                dropped(opcode, command.vmid(), tlb.dropVmid(command.vmid()));
            }
            case TLBI_S2_IPA -> {
                if (!two) {
                    return false;
                }
                var tag = new SmmuV3Tlb.Tag(0, command.vmid(), false, false);
                dropped(opcode, command.pages().address(), tlb.drop(tag, false, command.pages(), ranges()));
            }
            case TLBI_NSNH_ALL -> dropped(opcode, 0, tlb.dropGuests());
            case CMD_SYNC -> sync(command);
            case RESUME -> stalls.resume(command.sid(), command.tag(), command.answer());
            // no device of the lab keeps translations or asks for pages
            case PREFETCH_CFG, PREFETCH_ADDR, ATC_INV, PRI_RESP -> {}
            case ILLEGAL -> {
                return false;
            }
        }
        return true;
    }

    private boolean ranges() {
        return registers.idr().rangeInvalidation();
    }

    private static SmmuV3Tlb.Tag guest(SmmuV3Command command) {
        return new SmmuV3Tlb.Tag(command.asid(), command.vmid(), true, false);
    }

    private static SmmuV3Tlb.Tag hypervisor(SmmuV3Command command) {
        return new SmmuV3Tlb.Tag(command.asid(), 0, true, true);
    }

    private void dropped(Opcode opcode, long what, int count) {
        Term term = Term.of(opcode.name(), "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, term, unit, what, count);
    }

    private void sync(SmmuV3Command command) {
        long address = command.msiAddress();
        if (address != 0 && memory.contains(address, 4)) {
            memory.write32(address, command.msiData());
            unit.machine().emit(EventKind.DATA, Lane.HARDWARE, STORED, unit, address, command.msiData());
        }
    }
}
