package org.iommulab.backend.riscv;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Machine;

/** A unit with directory, tables and queues in memory as the driver lays them out, and devices behind it. */
final class RiscvRig {
    static final int RW = Prot.READ | Prot.WRITE;
    static final long RAM = 0x8000_0000L;
    static final long BYTES = 64L << 20;
    static final int ID = 0x108;
    static final int PSCID = 5;
    static final long ROOT = RAM + (2 << 20);
    static final long MIDDLE = ROOT + 0x1000;
    static final long LEAF = ROOT + 0x2000;
    static final long COMMANDS = ROOT + 0x10_0000;
    static final long FAULTS = ROOT + 0x20_0000;
    /** log2 of entries, less 1: 256 commands and 8 faults. */
    static final int COMMAND_SIZE = 7;

    static final int FAULT_SIZE = 2;

    final Machine machine;
    final PhysicalMemory memory;
    final FrameAllocator frames;
    final RiscvCaps caps;
    final List<InterruptLine> irqs;
    final RiscvUnit unit;
    final DmaMaster port;

    RiscvRig() {
        this(Machine.recording(), RiscvCaps.QEMU, RiscvLayout.OFF, 3);
    }

    RiscvRig(Machine machine, RiscvCaps caps, int resetMode, int directoryLevels) {
        this.machine = machine;
        this.caps = caps;
        memory = new PhysicalMemory(machine, RAM, BYTES);
        frames = new FrameAllocator(machine, RAM, RAM + (1 << 20));
        irqs = IntStream.range(0, 4)
                .mapToObj(i -> new InterruptLine(machine, "irq " + i))
                .toList();
        unit = new RiscvUnit(machine, "iommu", new RiscvUnit.Build(caps, resetMode, directoryLevels), memory, irqs);
        port = port(ID);
    }

    static RiscvRig with(RiscvCaps caps, int directoryLevels) {
        return new RiscvRig(Machine.recording(), caps, RiscvLayout.OFF, directoryLevels);
    }

    DmaMaster port(int id) {
        return new DmaMaster(machine, "device " + id, Optional.of(unit), List.of(id), memory);
    }

    /** The driver's init: lines, queues on, a directory of so many levels. */
    RiscvRig on(int levels) {
        unit.write32(RiscvLayout.FCTL, RiscvLayout.FCTL_WSI);
        unit.write64(RiscvLayout.ICVEC, 0x2310);
        unit.write64(RiscvQueue.COMMAND.base(), RiscvLayout.ppn(COMMANDS) | COMMAND_SIZE);
        unit.write64(RiscvQueue.FAULT.base(), RiscvLayout.ppn(FAULTS) | FAULT_SIZE);
        unit.write32(RiscvQueue.COMMAND.control(), 3);
        unit.write32(RiscvQueue.FAULT.control(), 3);
        var ddt = new RiscvDdt(caps.extended());
        long[] pages = {LEAF, MIDDLE, ROOT};
        for (int level = levels - 1; level > 0; level--) {
            memory.write64(pages[level] + ddt.offset(level, ID), RiscvDdt.entry(pages[level - 1]));
        }
        unit.write64(RiscvLayout.DDTP, RiscvLayout.ppn(pages[levels - 1]) | levels + 1);
        return this;
    }

    /** Where the context of a device is, which shares the page of {@link #ID}. */
    long contextAt(int id) {
        return LEAF + new RiscvDdt(caps.extended()).offset(0, id);
    }

    void put(int id, RiscvDc dc) {
        long at = contextAt(id);
        memory.write64(at + RiscvDc.IOHGATP, dc.iohgatp());
        memory.write64(at + RiscvDc.TA, dc.ta());
        memory.write64(at + RiscvDc.FSC, dc.fsc());
        if (caps.extended()) {
            memory.write64(at + RiscvDc.MSIPTP, dc.msiptp());
        }
        memory.write64(at + RiscvDc.TC, dc.tc());
    }

    static RiscvDc translating(int levels, long root) {
        return new RiscvDc(RiscvDc.V, 0, RiscvDc.ta(PSCID), RiscvDc.fsc(levels, root), 0);
    }

    RiscvPageTable table(int levels) {
        return new RiscvPageTable(memory, frames, new RiscvFormat(levels, false), TableListener.NONE);
    }

    /** A directory of three levels, and a table for the device. */
    RiscvPageTable attached(int levels) {
        on(3);
        var table = table(levels);
        put(ID, translating(levels, table.base()));
        return table;
    }

    /** A physical address in RAM, far from the tables. */
    static long page(int number) {
        return RAM + (4 << 20) + number * 0x1000L;
    }

    void send(RiscvCommand command) {
        long tail = peek(RiscvQueue.COMMAND.tail());
        memory.write64(COMMANDS + tail * 16, command.w0());
        memory.write64(COMMANDS + tail * 16 + 8, command.w1());
        unit.write32(RiscvQueue.COMMAND.tail(), (int) (tail + 1) & 0xff);
    }

    long peek(int offset) {
        return unit.registers().stream()
                .filter(register -> register.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    RiscvFault fault(int index) {
        long at = FAULTS + index * 32L;
        return new RiscvFault(
                memory.read64(at), memory.read64(at + RiscvFault.IOTVAL), memory.read64(at + RiscvFault.IOTVAL2));
    }

    int faults() {
        return (int) peek(RiscvQueue.FAULT.tail());
    }
}
