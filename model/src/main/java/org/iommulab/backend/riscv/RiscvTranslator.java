package org.iommulab.backend.riscv;

import java.util.Optional;
import org.iommulab.backend.riscv.RiscvContexts.Bare;
import org.iommulab.backend.riscv.RiscvContexts.Context;
import org.iommulab.backend.riscv.RiscvContexts.None;
import org.iommulab.backend.riscv.RiscvWalk.Leaf;
import org.iommulab.backend.riscv.RiscvWalk.NoMemory;
import org.iommulab.backend.riscv.RiscvWalk.PageFault;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Decides what becomes of an access: directory, what is kept, walk, permission. */
final class RiscvTranslator {
    private static final Term TLB = Term.hex("IOTLB");
    private static final Term TLB_MISS = Term.of("IOTLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TABLE_KEPT = Term.hex("last table, kept");
    private static final Term UPDATED = Term.hex("entry, accessed and dirty");
    private static final Term[] ENTRIES = {
        Term.hex("level 0 entry"),
        Term.hex("level 1 entry"),
        Term.hex("level 2 entry"),
        Term.hex("level 3 entry"),
        Term.hex("level 4 entry")
    };

    private final IommuUnit unit;
    private final RiscvContexts contexts;
    private final RiscvTlb tlb;
    private final RiscvWalk walk;
    private final PhysicalMemory memory;

    RiscvTranslator(IommuUnit unit, RiscvContexts contexts, RiscvTlb tlb, RiscvWalk walk, PhysicalMemory memory) {
        this.unit = unit;
        this.contexts = contexts;
        this.tlb = tlb;
        this.walk = walk;
        this.memory = memory;
    }

    /**
     * An access.
     *
     * @param id of the device
     * @param live whether it happens: otherwise it is only looked at, and nothing changes
     */
    record Request(int id, long input, boolean write, boolean live) {}

    /** What becomes of it. */
    sealed interface Outcome {}

    /** No table in between. */
    record Passed(long output) implements Outcome {}

    record Reached(long output, long bytes, int prot, boolean hit) implements Outcome {}

    /** @param hidden whether the device context asks for no record */
    record Refused(RiscvCause cause, boolean hidden) implements Outcome {}

    Outcome decide(Request request) {
        return switch (contexts.find(request.id(), request.live())) {
            case None(RiscvCause cause) -> new Refused(cause, false);
            case Bare() -> new Passed(request.input());
            case Context(RiscvDc dc, boolean _) -> dc.bare() ? new Passed(request.input()) : translate(dc, request);
        };
    }

    /** The device's table, if it has one. */
    Optional<RiscvDc> tables(int id) {
        return contexts.find(id, false) instanceof Context(RiscvDc dc, boolean _) && !dc.bare()
                ? Optional.of(dc)
                : Optional.empty();
    }

    private Outcome translate(RiscvDc dc, Request request) {
        var format = new RiscvFormat(dc.levels(), false);
        if (!format.isCanonical(request.input())) {
            return refused(RiscvCause.page(request.write()), dc);
        }
        int slot = tlb.find(dc.pscid(), request.input());
        boolean mustSetDirty = slot != RiscvTlb.MISS && request.write() && dc.updatesEntries() && !tlb.dirty(slot);
        if (slot != RiscvTlb.MISS && !mustSetDirty) {
            return hit(slot, dc, request);
        }
        return miss(format, dc, request);
    }

    private Outcome hit(int slot, RiscvDc dc, Request request) {
        long output = tlb.output(slot, request.input());
        if (request.live()) {
            unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, unit, request.input(), output);
        }
        int prot = tlb.prot(slot);
        boolean dirty = !request.write() || tlb.dirty(slot) || dc.updatesEntries();
        return request.write() && (prot & Prot.WRITE) == 0 || !dirty
                ? refused(RiscvCause.page(request.write()), dc)
                : new Reached(output, tlb.bytes(slot), prot, true);
    }

    private Outcome miss(RiscvFormat format, RiscvDc dc, Request request) {
        if (request.live()) {
            unit.machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, unit, request.input(), 4);
        }
        return switch (walk(format, dc, request)) {
            case PageFault() -> refused(RiscvCause.page(request.write()), dc);
            case NoMemory() -> refused(RiscvCause.access(request.write()), dc);
            case Leaf leaf -> {
                if (request.live()) {
                    keep(dc, request.input(), leaf);
                }
                yield new Reached(leaf.output(request.input()), leaf.bytes(), leaf.prot(), false);
            }
        };
    }

    private RiscvWalk.Result walk(RiscvFormat format, RiscvDc dc, Request request) {
        long kept = tlb.lastTable(dc.pscid(), request.input());
        RiscvFormat rest = kept == 0 ? format : new RiscvFormat(1, false);
        if (kept != 0 && request.live()) {
            unit.machine().emit(EventKind.WALK_READ, Lane.DMA, TABLE_KEPT, unit, kept, dc.pscid());
        }
        RiscvWalk.Step step = request.live() ? event(rest) : RiscvWalk.Step.SILENT;
        long root = kept == 0 ? dc.root() : kept;
        return walk.walk(rest, root, request.input(), request.write(), dc.updatesEntries(), step);
    }

    private RiscvWalk.Step event(RiscvFormat format) {
        return (level, table, index, entry) -> unit.machine()
                .emit(EventKind.WALK_READ, Lane.DMA, ENTRIES[format.number(level)], unit, table + index * 8L, entry);
    }

    private void keep(RiscvDc dc, long input, Leaf leaf) {
        if (leaf.wants() != leaf.entry()) {
            memory.write64(leaf.at(), leaf.wants());
            unit.machine().emit(EventKind.TABLE_WRITE, Lane.HARDWARE, UPDATED, unit, leaf.at(), leaf.wants());
        }
        tlb.keep(dc.pscid(), input, leaf, dc.root());
        if (leaf.lastTable() != 0) {
            tlb.keepLastTable(dc.pscid(), input, leaf.lastTable());
        }
        unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, unit, input & -leaf.bytes(), leaf.page());
    }

    private static Refused refused(RiscvCause cause, RiscvDc dc) {
        return new Refused(cause, dc.hidesFaults() && cause.canBeHidden());
    }
}
