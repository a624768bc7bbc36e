package org.iommulab.backend.intel;

import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * Reads root and context entries, and keeps context entries: until an invalidation drops one, memory is not looked at
 * again. In caching mode an entry that is not present is kept too, for domain 0.
 */
final class VtdContextTable {
    // How many a real unit keeps is not documented.
    private static final int SLOTS = 32;
    private static final int CELLS = 3;
    private static final Term ROOT = Term.hex("root entry");
    private static final Term CONTEXT = Term.hex("context entry");
    private static final Term KEPT = Term.hex("context entry, kept");

    private final Machine machine;
    private final IommuUnit unit;
    private final VtdRegisters registers;
    private final PhysicalMemory memory;
    private final int cells;

    VtdContextTable(IommuUnit unit, VtdRegisters registers, PhysicalMemory memory) {
        this.machine = unit.machine();
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.cells = machine.newCells(SLOTS * CELLS);
    }

    /** What a fetch finds. */
    sealed interface Fetched {}

    record Entry(VtdContext context) implements Fetched {}

    record Failed(VtdReason reason) implements Fetched {}

    // ---- where entries are

    /** The word of the root entry for a requester id: in scalable mode each bus has two. */
    long rootAddress(int source) {
        long entry = registers.rootTable() + (long) (source >>> 8) * 16;
        return registers.scalable() && (source & 0x80) != 0 ? entry + 8 : entry;
    }

    int contextBytes() {
        return registers.scalable() ? VtdContext.SCALABLE_BYTES : VtdContext.BYTES;
    }

    int contextIndex(int source) {
        return registers.scalable() ? source & 0x7f : source & 0xff;
    }

    // ---- the cache

    private int slot(int source) {
        return cells + source % SLOTS * CELLS;
    }

    boolean keeps(int source) {
        return machine.load(slot(source)) == source + 1L;
    }

    private VtdContext kept(int source) {
        return new VtdContext(machine.load(slot(source) + 1), machine.load(slot(source) + 2));
    }

    private void keep(int source, VtdContext context) {
        if (context.present() || registers.caps().cachingMode()) {
            machine.store(slot(source), source + 1L);
            machine.store(slot(source) + 1, context.low());
            machine.store(slot(source) + 2, context.high());
        }
    }

    /** The entry that counts now; read from memory if it is not kept, and kept from then on. */
    Fetched fetch(int source) {
        if (keeps(source)) {
            VtdContext kept = kept(source);
            machine.emit(EventKind.WALK_READ, Lane.DMA, KEPT, unit, source, kept.low());
            return found(kept);
        }
        return read(source, true);
    }

    /** The entry that counts now, without any effect. */
    Fetched look(int source) {
        return keeps(source) ? found(kept(source)) : read(source, false);
    }

    private Fetched read(int source, boolean live) {
        boolean scalable = registers.scalable();
        long root = rootAddress(source);
        if (!memory.contains(root, 8)) {
            return new Failed(scalable ? VtdReason.SM_BAD_ROOT_TABLE : VtdReason.BAD_ROOT_TABLE);
        }
        long entry = memory.read64(root);
        emit(live, ROOT, root, entry);
        if ((entry & 1) == 0) {
            return new Failed(scalable ? VtdReason.SM_ROOT_NOT_PRESENT : VtdReason.ROOT_NOT_PRESENT);
        }
        long at = (entry & VtdLayout.ADDRESS) + (long) contextIndex(source) * contextBytes();
        if (!memory.contains(at, contextBytes())) {
            return new Failed(scalable ? VtdReason.SM_BAD_CONTEXT_TABLE : VtdReason.BAD_CONTEXT_TABLE);
        }
        var context = new VtdContext(memory.read64(at), memory.read64(at + 8));
        emit(live, CONTEXT, at, context.low());
        if (live) {
            keep(source, context);
        }
        return found(context);
    }

    private Fetched found(VtdContext context) {
        if (context.present()) {
            return new Entry(context);
        }
        return new Failed(registers.scalable() ? VtdReason.SM_CONTEXT_NOT_PRESENT : VtdReason.CONTEXT_NOT_PRESENT);
    }

    private void emit(boolean live, Term term, long address, long value) {
        if (live) {
            machine.emit(EventKind.WALK_READ, Lane.DMA, term, unit, address, value);
        }
    }

    // ---- invalidation

    /** Whose entries are dropped. */
    private interface Choice {
        boolean drops(int source, VtdContext context);
    }

    /** How many entries an invalidation of this kind drops. */
    int drop(int granularity, int domain, int source, int functionMask) {
        return switch (granularity) {
            case VtdDescriptor.GLOBAL -> drop((id, context) -> true);
            case VtdDescriptor.DOMAIN -> drop((id, context) -> isOf(context, domain));
            case VtdDescriptor.DEVICE ->
                drop((id, context) -> isOf(context, domain) && matches(id, source, functionMask));
            default -> 0;
        };
    }

    // entries of scalable mode have no domain id, those that are not present have 0
    private boolean isOf(VtdContext context, int domain) {
        return registers.scalable() || (context.present() ? context.domain() : 0) == domain;
    }

    private static boolean matches(int id, int source, int functionMask) {
        int ignored = switch (functionMask) {
            case 1 -> 4;
            case 2 -> 6;
            case 3 -> 7;
            default -> 0;
        };
        return (id & ~ignored) == (source & ~ignored);
    }

    private int drop(Choice choice) {
        int dropped = 0;
        for (int i = 0; i < SLOTS; i++) {
            int slot = cells + i * CELLS;
            long tag = machine.load(slot);
            if (tag != 0
                    && choice.drops((int) tag - 1, new VtdContext(machine.load(slot + 1), machine.load(slot + 2)))) {
                machine.store(slot, 0);
                dropped++;
            }
        }
        return dropped;
    }
}
