package org.iommulab.backend.armsmmuv3;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaePageTable;
import org.iommulab.pagetable.lpae.LpaeRegisters;
import org.iommulab.pagetable.lpae.LpaeTlb;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.Machine;

/** A unit with tables and queues in memory as a driver lays them out, and devices behind it. */
final class SmmuV3Rig {
    static final int SID = 0x300;
    static final int ASID = 11;
    static final int VMID = 1;
    static final long RAM = 0x1_0000_0000L;
    static final int BYTES = 64 << 20;
    static final long STREAMS = RAM + (32 << 20);
    static final long LEVEL_TWO = STREAMS + 0x10_0000;
    static final long COMMANDS = RAM + (40 << 20);
    static final long EVENTS = RAM + (41 << 20);
    static final long CONTEXTS = RAM + (42 << 20);
    static final int LOG2 = 5;
    static final int ALL_FEATURES = 0x8705;

    final Machine machine = Machine.recording();
    final PhysicalMemory memory = new PhysicalMemory(machine, RAM, BYTES);
    final FrameAllocator frames = new FrameAllocator(machine, RAM + 0x1000, RAM + (16 << 20));
    final InterruptLine eventIrq = new InterruptLine(machine, "eventq");
    final InterruptLine errorIrq = new InterruptLine(machine, "gerror");
    final SmmuV3 unit;
    final DmaMaster port;

    SmmuV3Rig() {
        this(ALL_FEATURES);
    }

    SmmuV3Rig(int features) {
        this(features, 0);
    }

    SmmuV3Rig(int features, int substreamBits) {
        var idr = SmmuV3Idr.of(new SmmuV3Idr.Wish(features, 44, false, 16, substreamBits, 7));
        unit = new SmmuV3(
                machine, "smmu", idr, memory, new SmmuV3.Wired(eventIrq, errorIrq, DmaMaster::streamId, true));
        port = port(SID);
    }

    DmaMaster port(int sid) {
        return new DmaMaster(machine, "device", Optional.of(unit), List.of(sid), memory);
    }

    /** A physical address in RAM, far from the tables. */
    long page(int number) {
        return RAM + (48 << 20) + number * 0x1000L;
    }

    /** As the driver's reset does it: two levels, every stream of 0x300 to 0x3ff refused. */
    SmmuV3Rig on() {
        memory.write64(STREAMS + (SID >>> 8) * 8L, LEVEL_TWO | 9);
        for (int sid = SID; sid < SID + 256; sid++) {
            put(sid, SmmuV3Entries.abort());
        }
        unit.write32(SmmuV3Layout.CR0, 0);
        unit.write32(SmmuV3Layout.CR2, SmmuV3Layout.CR2_PTM | SmmuV3Layout.CR2_RECINVSID);
        unit.write64(SmmuV3Layout.STRTAB_BASE, STREAMS);
        unit.write32(SmmuV3Layout.STRTAB_BASE_CFG, 0x10210);
        unit.write64(SmmuV3Layout.CMDQ_BASE, COMMANDS | LOG2);
        unit.write32(SmmuV3Layout.CMDQ_PROD, 0);
        unit.write32(SmmuV3Layout.CMDQ_CONS, 0);
        unit.write64(SmmuV3Layout.EVTQ_BASE, EVENTS | LOG2);
        unit.write32(SmmuV3Layout.EVTQ_PROD, 0);
        unit.write32(SmmuV3Layout.EVTQ_CONS, 0);
        unit.write32(SmmuV3Layout.IRQ_CTRL, SmmuV3Layout.EVTQ_IRQEN | SmmuV3Layout.GERROR_IRQEN);
        unit.write32(SmmuV3Layout.GERRORN, peek(SmmuV3Layout.GERROR));
        unit.write32(SmmuV3Layout.CR0, SmmuV3Layout.SMMUEN | SmmuV3Layout.CMDQEN | SmmuV3Layout.EVTQEN);
        send(SmmuV3Command.forgetAllConfigs(), SmmuV3Command.forgetAll(SmmuV3Command.Opcode.TLBI_NSNH_ALL));
        return this;
    }

    void put(int sid, SmmuV3Ste ste) {
        long at = LEVEL_TWO + (sid & 0xff) * 64L;
        for (int word = 3; word >= 0; word--) {
            memory.write64(at + 8L * word, ste.word(word));
        }
    }

    /** Writes an entry and has the unit forget the old one. */
    void attach(int sid, SmmuV3Ste ste) {
        put(sid, ste);
        send(SmmuV3Command.forgetSte(sid, true), SmmuV3Command.sync(0));
    }

    LpaePageTable table(LpaeVariant variant, int inputBits) {
        var config = new LpaeConfig(variant, inputBits, 44, 1L << 12 | 1L << 21 | 1L << 30, Set.of(), true);
        return new LpaePageTable(memory, frames, LpaeFormat.of(config).orElseThrow(), LpaeTlb.NONE, TableListener.NONE);
    }

    LpaePageTable stageOne() {
        return table(LpaeVariant.ARM_64_S1, 48);
    }

    LpaePageTable stageTwo() {
        return table(LpaeVariant.ARM_64_S2, 44);
    }

    void putCd(long at, SmmuV3Cd cd) {
        for (int word = 3; word >= 0; word--) {
            memory.write64(at + 8L * word, cd.word(word));
        }
    }

    SmmuV3Cd context(LpaePageTable table) {
        return SmmuV3Entries.context(ASID, (LpaeRegisters.StageOne) table.registers());
    }

    /** The stream in stage 1 with this table. */
    void attachOne(LpaePageTable table) {
        putCd(CONTEXTS, context(table));
        attach(SID, new SmmuV3Ste(CONTEXTS | 0xb, 0xd6, 0, 0));
    }

    static SmmuV3Ste two(LpaePageTable table) {
        var registers = (LpaeRegisters.StageTwo) table.registers();
        var control = registers.vtcr();
        long vtcr = control.bits() | registers.startLevel() << 6 | control.size() << 16;
        return new SmmuV3Ste(
                0xd, 0, VMID | vtcr << SmmuV3Ste.VTCR | SmmuV3Ste.S2AA64 | SmmuV3Ste.S2R, registers.vttbr());
    }

    /** Queues commands as the driver does: into the ring, then the producer. */
    void send(SmmuV3Command... commands) {
        int producer = peek(SmmuV3Layout.CMDQ_PROD);
        for (SmmuV3Command command : commands) {
            long at = COMMANDS + SmmuV3Layout.index(producer, LOG2) * 16L;
            memory.write64(at, command.low());
            memory.write64(at + 8, command.high());
            producer = SmmuV3Layout.next(producer, LOG2);
        }
        unit.write32(SmmuV3Layout.CMDQ_PROD, producer);
    }

    int peek(int offset) {
        return unit.registers().stream()
                .filter(r -> r.offset() == offset)
                .mapToInt(r -> (int) r.value())
                .findFirst()
                .orElseThrow();
    }

    /** A record of the event queue. */
    SmmuV3Event event(int number) {
        long at = EVENTS + number * 32L;
        return new SmmuV3Event(
                memory.read64(at), memory.read64(at + 8), memory.read64(at + 16), memory.read64(at + 24));
    }

    int events() {
        return SmmuV3Layout.index(peek(SmmuV3Layout.EVTQ_PROD), LOG2);
    }
}
