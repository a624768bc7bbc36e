package org.iommulab.backend.intel;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/** Reads PASID directories and tables, and keeps PASID entries: of requester ids and PASIDs. */
final class VtdPasidTable {
    private static final int SLOTS = 32;
    private static final int CELLS = 5;
    private static final Term DIRECTORY = Term.hex("PASID directory entry");
    private static final Term ENTRY = Term.hex("PASID entry");
    private static final Term KEPT = Term.hex("PASID entry, kept");

    private final Machine machine;
    private final IommuUnit unit;
    private final VtdRegisters registers;
    private final PhysicalMemory memory;
    private final int cells;

    VtdPasidTable(IommuUnit unit, VtdRegisters registers, PhysicalMemory memory) {
        this.machine = unit.machine();
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.cells = machine.newCells(SLOTS * CELLS);
    }

    /** What a fetch finds. */
    sealed interface Fetched {}

    record Entry(VtdPasidEntry entry) implements Fetched {}

    record Failed(VtdReason reason) implements Fetched {}

    static long directoryAddress(VtdContext context, int pasid) {
        return context.pointer() + (long) (pasid >>> VtdPasidEntry.TABLE_SHIFT) * 8;
    }

    static int index(int pasid) {
        return pasid & (1 << VtdPasidEntry.TABLE_SHIFT) - 1;
    }

    private int slot(int source, int pasid) {
        return cells + (source + pasid) % SLOTS * CELLS;
    }

    private boolean keeps(int source, int pasid) {
        int slot = slot(source, pasid);
        return machine.load(slot) == source + 1L && machine.load(slot + 1) == pasid;
    }

    private VtdPasidEntry kept(int slot) {
        return new VtdPasidEntry(machine.load(slot + 2), machine.load(slot + 3), machine.load(slot + 4));
    }

    private void keep(int source, int pasid, VtdPasidEntry entry) {
        if (entry.present() || registers.caps().cachingMode()) {
            int slot = slot(source, pasid);
            machine.store(slot, source + 1L);
            machine.store(slot + 1, pasid);
            machine.store(slot + 2, entry.w0());
            machine.store(slot + 3, entry.w1());
            machine.store(slot + 4, entry.w2());
        }
    }

    /** The entry that counts now. With {@code live} it is an event, and what is read is kept. */
    Fetched fetch(int source, VtdContext context, int pasid, boolean live) {
        if (keeps(source, pasid)) {
            VtdPasidEntry kept = kept(slot(source, pasid));
            emit(live, KEPT, source, kept.w0());
            return found(kept);
        }
        long directory = directoryAddress(context, pasid);
        if (!memory.contains(directory, 8)) {
            return new Failed(VtdReason.SM_BAD_DIRECTORY);
        }
        long pointer = memory.read64(directory);
        emit(live, DIRECTORY, directory, pointer);
        if ((pointer & 1) == 0) {
            return new Failed(VtdReason.SM_DIRECTORY_NOT_PRESENT);
        }
        long at = (pointer & VtdLayout.ADDRESS) + (long) index(pasid) * VtdPasidEntry.BYTES;
        if (!memory.contains(at, VtdPasidEntry.BYTES)) {
            return new Failed(VtdReason.SM_BAD_PASID_TABLE);
        }
        var entry = new VtdPasidEntry(memory.read64(at), memory.read64(at + 8), memory.read64(at + 16));
        emit(live, ENTRY, at, entry.w0());
        if (live) {
            keep(source, pasid, entry);
        }
        return found(entry);
    }

    private static Fetched found(VtdPasidEntry entry) {
        return entry.present() ? new Entry(entry) : new Failed(VtdReason.SM_PASID_NOT_PRESENT);
    }

    private void emit(boolean live, Term term, long address, long value) {
        if (live) {
            machine.emit(EventKind.WALK_READ, Lane.DMA, term, unit, address, value);
        }
    }

    /**
     * How many entries a PASID cache invalidation drops. An entry that is not present may be any domain's: the driver
     * names that of the entry which it has just written.
     */
    int drop(int granularity, int domain, int pasid) {
        int dropped = 0;
        for (int i = 0; i < SLOTS; i++) {
            int slot = cells + i * CELLS;
            if (machine.load(slot) != 0 && drops(slot, granularity, domain, pasid)) {
                machine.store(slot, 0);
                dropped++;
            }
        }
        return dropped;
    }

    private boolean drops(int slot, int granularity, int domain, int pasid) {
        VtdPasidEntry entry = kept(slot);
        boolean ofDomain = !entry.present() || entry.domain() == domain;
        return switch (granularity) {
            case VtdDescriptor.EVERYTHING -> true;
            case VtdDescriptor.ALL_PASIDS -> ofDomain;
            case VtdDescriptor.ONE_PASID -> ofDomain && machine.load(slot + 1) == pasid;
            default -> false;
        };
    }
}
