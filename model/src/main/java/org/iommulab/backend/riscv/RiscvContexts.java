package org.iommulab.backend.riscv;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * Finds a device's context in the directory, and keeps valid ones: until a command drops it, memory is not looked at
 * again. How many a unit keeps is its own affair; 32 here.
 */
final class RiscvContexts {
    private static final int SLOTS = 32;
    private static final int CELLS = 6;
    private static final Term[] ENTRIES = {
        Term.hex("device context, tc"), Term.hex("DDT entry, level 1"), Term.hex("DDT entry, level 2")
    };
    private static final Term KEPT = Term.hex("device context, kept");

    private final IommuUnit unit;
    private final Machine machine;
    private final RiscvRegisters registers;
    private final PhysicalMemory memory;
    private final RiscvDdt ddt;
    private final int slots;

    RiscvContexts(IommuUnit unit, RiscvRegisters registers, PhysicalMemory memory) {
        this.unit = unit;
        this.machine = unit.machine();
        this.registers = registers;
        this.memory = memory;
        this.ddt = new RiscvDdt(registers.caps().extended());
        this.slots = machine.newCells(SLOTS * CELLS);
    }

    /** What is found for a device id. */
    sealed interface Found {}

    /** @param kept whether it was kept, not read */
    record Context(RiscvDc dc, boolean kept) implements Found {}

    /** No directory is in use, and every access passes. */
    record Bare() implements Found {}

    record None(RiscvCause cause) implements Found {}

    RiscvDdt ddt() {
        return ddt;
    }

    /** @param live whether reads are events, and what is found is kept */
    Found find(int id, boolean live) {
        int levels = registers.directoryLevels();
        if (levels == 0) {
            return registers.mode() == RiscvLayout.BARE ? new Bare() : new None(RiscvCause.DMA_DISABLED);
        }
        if (!ddt.reaches(levels, id)) {
            return new None(RiscvCause.TYPE_DISALLOWED);
        }
        if (keeps(id)) {
            RiscvDc kept = kept(id);
            if (live) {
                machine.emit(EventKind.WALK_READ, Lane.DMA, KEPT, unit, id, kept.tc());
            }
            return new Context(kept, true);
        }
        return walk(id, levels, live);
    }

    private Found walk(int id, int levels, boolean live) {
        long page = registers.directory();
        for (int level = levels - 1; level > 0; level--) {
            long at = page + ddt.offset(level, id);
            if (!memory.contains(at, 8)) {
                return new None(RiscvCause.DDT_LOAD);
            }
            long entry = read(level, at, live);
            if ((entry & RiscvDdt.V) == 0) {
                return new None(RiscvCause.DDT_INVALID);
            }
            if ((entry & RiscvDdt.RESERVED) != 0) {
                return new None(RiscvCause.DDT_MISCONFIGURED);
            }
            page = RiscvLayout.address(entry);
        }
        long at = page + ddt.offset(0, id);
        if (!memory.contains(at, ddt.entryBytes(0))) {
            return new None(RiscvCause.DDT_LOAD);
        }
        read(0, at, live);
        RiscvDc dc = contextAt(at);
        if (!dc.valid()) {
            return new None(RiscvCause.DDT_INVALID);
        }
        if (!dc.fits(registers.caps())) {
            return new None(RiscvCause.DDT_MISCONFIGURED);
        }
        if (live) {
            keep(id, dc);
        }
        return new Context(dc, false);
    }

    private long read(int level, long at, boolean live) {
        long entry = memory.read64(at);
        if (live) {
            machine.emit(EventKind.WALK_READ, Lane.DMA, ENTRIES[level], unit, at, entry);
        }
        return entry;
    }

    /** The context in memory, valid or not. */
    RiscvDc contextAt(long at) {
        return new RiscvDc(
                memory.read64(at + RiscvDc.TC),
                memory.read64(at + RiscvDc.IOHGATP),
                memory.read64(at + RiscvDc.TA),
                memory.read64(at + RiscvDc.FSC),
                ddt.extended() ? memory.read64(at + RiscvDc.MSIPTP) : 0);
    }

    // ---- the slots

    private int slot(int id) {
        return slots + (id & SLOTS - 1) * CELLS;
    }

    boolean keeps(int id) {
        return machine.load(slot(id)) == id + 1L;
    }

    private RiscvDc kept(int id) {
        int at = slot(id);
        return new RiscvDc(
                machine.load(at + 1),
                machine.load(at + 2),
                machine.load(at + 3),
                machine.load(at + 4),
                machine.load(at + 5));
    }

    private void keep(int id, RiscvDc dc) {
        int at = slot(id);
        machine.store(at, id + 1L);
        machine.store(at + 1, dc.tc());
        machine.store(at + 2, dc.iohgatp());
        machine.store(at + 3, dc.ta());
        machine.store(at + 4, dc.fsc());
        machine.store(at + 5, dc.msiptp());
    }

    /** How many were dropped. */
    int drop(int id) {
        if (!keeps(id)) {
            return 0;
        }
        machine.store(slot(id), 0);
        return 1;
    }

    int dropAll() {
        int dropped = 0;
        for (int i = 0; i < SLOTS; i++) {
            if (machine.load(slots + i * CELLS) != 0) {
                machine.store(slots + i * CELLS, 0);
                dropped++;
            }
        }
        return dropped;
    }
}
