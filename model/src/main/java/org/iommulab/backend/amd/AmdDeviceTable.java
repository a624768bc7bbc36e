package org.iommulab.backend.amd;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/** Reads device table entries, and keeps them: until a command drops one, memory is not looked at again. */
final class AmdDeviceTable {
    // How many a real unit keeps is not documented.
    private static final int SLOTS = 32;
    private static final int CELLS = 5;
    private static final int WORDS = 4;
    private static final Term READ = Term.hex("device table entry");
    private static final Term KEPT = Term.hex("device table entry, kept");

    private final Machine machine;
    private final IommuUnit unit;
    private final AmdRegisters registers;
    private final PhysicalMemory memory;
    private final int cells;

    AmdDeviceTable(IommuUnit unit, AmdRegisters registers, PhysicalMemory memory) {
        this.machine = unit.machine();
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.cells = machine.newCells(SLOTS * CELLS);
    }

    /** What a fetch finds. */
    sealed interface Fetched {}

    record Entry(AmdDte dte) implements Fetched {}

    record Failed(AmdEvent.Type type) implements Fetched {}

    /** Physical address of a device's entry. */
    long address(int device) {
        return (registers.get(AmdLayout.DEV_TABLE) & AmdLayout.ADDRESS) + (long) device * AmdDte.BYTES;
    }

    /** How many entries the table has. */
    int entries() {
        return (int) ((registers.get(AmdLayout.DEV_TABLE) & AmdLayout.DEV_TABLE_SIZE) + 1) * (4096 / AmdDte.BYTES);
    }

    private int slot(int device) {
        return cells + device % SLOTS * CELLS;
    }

    /** Whether a device's entry is kept. */
    boolean keeps(int device) {
        return machine.load(slot(device)) == device + 1L;
    }

    /** The entry that counts now; read from memory if it is not kept, and kept from then on. */
    Fetched fetch(int device) {
        if (keeps(device)) {
            AmdDte kept = kept(device);
            machine.emit(EventKind.WALK_READ, Lane.DMA, KEPT, unit, address(device), kept.d0());
            return new Entry(kept);
        }
        Fetched fetched = read(device);
        if (fetched instanceof Entry(AmdDte dte)) {
            machine.emit(EventKind.WALK_READ, Lane.DMA, READ, unit, address(device), dte.d0());
            keep(device, dte);
        }
        return fetched;
    }

    /** The entry that counts now, without any effect. */
    Fetched look(int device) {
        return keeps(device) ? new Entry(kept(device)) : read(device);
    }

    private Fetched read(int device) {
        if (device >= entries()) {
            return new Failed(AmdEvent.Type.ILLEGAL_DEV_TABLE_ENTRY);
        }
        long at = address(device);
        return memory.contains(at, AmdDte.BYTES)
                ? new Entry(new AmdDte(
                        memory.read64(at), memory.read64(at + 8), memory.read64(at + 16), memory.read64(at + 24)))
                : new Failed(AmdEvent.Type.DEV_TAB_HARDWARE_ERROR);
    }

    private AmdDte kept(int device) {
        int at = slot(device) + 1;
        return new AmdDte(machine.load(at), machine.load(at + 1), machine.load(at + 2), machine.load(at + 3));
    }

    private void keep(int device, AmdDte dte) {
        int at = slot(device);
        machine.store(at, device + 1L);
        machine.store(at + 1, dte.d0());
        machine.store(at + 2, dte.d1());
        machine.store(at + 3, dte.d2());
        machine.store(at + WORDS, dte.d3());
    }

    /** Drops the entry of a device; how many. */
    int drop(int device) {
        if (!keeps(device)) {
            return 0;
        }
        machine.store(slot(device), 0);
        return 1;
    }

    int dropAll() {
        int dropped = 0;
        for (int i = 0; i < SLOTS; i++) {
            int slot = cells + i * CELLS;
            dropped += machine.load(slot) != 0 ? 1 : 0;
            machine.store(slot, 0);
        }
        return dropped;
    }
}
