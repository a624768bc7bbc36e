package org.iommulab.backend.intel;

import org.iommulab.backend.intel.VtdTlb.Tag;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Decides what becomes of an access: context entry, PASID entry, IOTLB, walk, permissions. */
final class VtdTranslator {
    private static final Term IOTLB = Term.hex("IOTLB");
    private static final Term IOTLB_MISS = Term.of("IOTLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final int RW = Prot.READ | Prot.WRITE;

    private final IommuUnit unit;
    private final VtdRegisters registers;
    private final VtdContextTable contexts;
    private final VtdPasidTable pasids;
    private final VtdTlb tlb;
    private final PhysicalMemory memory;

    VtdTranslator(
            IommuUnit unit,
            VtdRegisters registers,
            VtdContextTable contexts,
            VtdPasidTable pasids,
            VtdTlb tlb,
            PhysicalMemory memory) {
        this.unit = unit;
        this.registers = registers;
        this.contexts = contexts;
        this.pasids = pasids;
        this.tlb = tlb;
        this.memory = memory;
    }

    /** What becomes of an access. */
    sealed interface Outcome {}

    record Untranslated(long output) implements Outcome {}

    /** @param prot what may be done there */
    record Translated(long output, long bytes, int prot, boolean hit) implements Outcome {}

    /** @param recorded false where the context or PASID entry wants silence */
    record Refused(VtdReason reason, boolean recorded) implements Outcome {}

    /** @param live whether the access happens: then there are events, and what was read is kept */
    record Request(int source, long input, boolean write, boolean live) {
        int needed() {
            return write ? Prot.WRITE : Prot.READ;
        }
    }

    /** What a context or PASID entry says. */
    sealed interface Mode {}

    record PassThrough() implements Mode {}

    /** @param root of the tables, which have this format */
    record Tables(VtdFormat format, long root, int domain, boolean silent) implements Mode {
        Tag tag() {
            return new Tag(domain, format.stage() == VtdFormat.Stage.FIRST);
        }
    }

    record Invalid(VtdReason reason, boolean silent) implements Mode {}

    Outcome decide(Request request) {
        return switch (modeOf(request.source(), request.live())) {
            case PassThrough() -> new Untranslated(request.input());
            case Invalid(VtdReason reason, boolean silent) -> new Refused(reason, !silent);
            case Tables tables -> look(request, tables);
        };
    }

    /** What is to be done with a source's requests. */
    Mode modeOf(int source, boolean live) {
        return switch (live ? contexts.fetch(source) : contexts.look(source)) {
            case VtdContextTable.Failed(VtdReason reason) -> new Invalid(reason, false);
            case VtdContextTable.Entry(VtdContext context) ->
                registers.scalable() ? scalable(source, context, live) : legacy(context);
        };
    }

    private Mode legacy(VtdContext context) {
        boolean silent = context.silent();
        int type = context.translationType();
        boolean widthIsSupported = (registers.caps().sagaw() >>> context.addressWidth() & 1) != 0;
        if (type > VtdContext.PASS_THROUGH
                || type == VtdContext.PASS_THROUGH && !registers.caps().passThrough()
                || !widthIsSupported) {
            return new Invalid(VtdReason.INVALID_CONTEXT, silent);
        }
        return type == VtdContext.PASS_THROUGH
                ? new PassThrough()
                : new Tables(second(context.addressWidth()), context.pointer(), context.domain(), silent);
    }

    // widths that SAGAW can name: 1 to 3 are those that tables of three to five levels have
    private static VtdFormat second(int width) {
        return new VtdFormat(VtdFormat.Stage.SECOND, Math.min(VtdCaps.levels(width), 5));
    }

    private Mode scalable(int source, VtdContext context, boolean live) {
        return switch (pasids.fetch(source, context, live)) {
            case VtdPasidTable.Failed(VtdReason reason) -> new Invalid(reason, context.silent());
            case VtdPasidTable.Entry(VtdPasidEntry entry) -> mode(entry, context.silent() || entry.silent());
        };
    }

    private Mode mode(VtdPasidEntry entry, boolean silent) {
        VtdCaps caps = registers.caps();
        boolean width = (caps.sagaw() >>> entry.addressWidth() & 1) != 0;
        if (entry.type() == VtdPasidEntry.PASS_THROUGH && caps.passThrough()) {
            return new PassThrough();
        }
        if (entry.type() == VtdPasidEntry.SECOND_LEVEL && caps.secondLevel() && width) {
            return new Tables(second(entry.addressWidth()), entry.secondLevelRoot(), entry.domain(), silent);
        }
        boolean fits = entry.firstLevelMode() == 0 || entry.firstLevelMode() == 1 && caps.firstLevelFiveLevels();
        if (entry.type() == VtdPasidEntry.FIRST_LEVEL && caps.firstLevel() && fits) {
            var format = new VtdFormat(VtdFormat.Stage.FIRST, 4 + entry.firstLevelMode());
            return new Tables(format, entry.firstLevelRoot(), entry.domain(), silent);
        }
        // nested translation is not modelled: no Linux of the lab's makes it for a device of its own
        return new Invalid(VtdReason.SM_INVALID_PASID, silent);
    }

    // ---- tables

    private Outcome look(Request request, Tables tables) {
        long input = request.input();
        if (!reaches(tables.format(), input)) {
            return refused(tables, beyond(tables));
        }
        int slot = tlb.find(tables.tag(), input);
        if (slot != VtdTlb.MISS) {
            long output = tlb.output(slot, input);
            emit(request, EventKind.TLB_HIT, IOTLB, input, output);
            return permitted(request, tables, output, tlb.bytes(slot), tlb.prot(slot), true);
        }
        emit(request, EventKind.TLB_MISS, IOTLB_MISS, input, 4);
        return switch (walk(request, tables)) {
            case RadixWalker.NoMemory ignored -> refused(tables, badTable(tables));
            case RadixWalker.NotMapped ignored -> {
                if (request.live() && registers.caps().cachingMode() && isSecond(tables)) {
                    tlb.keep(tables.tag(), input, 0, VtdLayout.PAGE, 0, tables.root());
                }
                yield refused(tables, absent(request, tables));
            }
            case RadixWalker.Found found -> arrive(request, tables, found);
        };
    }

    private Outcome arrive(Request request, Tables tables, RadixWalker.Found found) {
        int large = Long.numberOfTrailingZeros(found.bytes()) - 12;
        if (isSecond(tables) && large > 0 && (registers.caps().largePages() >>> large / 9 - 1 & 1) == 0) {
            return refused(tables, registers.scalable() ? VtdReason.SM_RESERVED_SECOND_LEVEL : VtdReason.RESERVED_PTE);
        }
        long output = found.page() | request.input() & found.bytes() - 1;
        int prot = found.prot() & RW;
        Outcome outcome = permitted(request, tables, output, found.bytes(), prot, false);
        // What is refused is not kept, so that a permission that is granted later counts at once.
        if (request.live() && outcome instanceof Translated) {
            tlb.keep(tables.tag(), request.input(), found.page(), found.bytes(), prot, tables.root());
            emit(request, EventKind.TLB_FILL, IOTLB, request.input() & -found.bytes(), found.page());
        }
        return outcome;
    }

    private RadixWalker.Result walk(Request request, Tables tables) {
        int slot = tlb.findLastTable(tables.tag(), request.input());
        if (slot != VtdTlb.MISS) {
            var last = new VtdFormat(tables.format().stage(), 1);
            return below(walk(request, last, tlb.lastTable(slot)), tlb.protAbove(slot));
        }
        RadixWalker.Result result = walk(request, tables.format(), tables.root());
        if (request.live() && result instanceof RadixWalker.Found found && found.bytes() == VtdFormat.SMALL_PAGE) {
            keepLastTable(tables, request.input());
        }
        return result;
    }

    private RadixWalker.Result walk(Request request, VtdFormat format, long root) {
        var walker = new RadixWalker(memory, format, format.levelNames());
        return request.live() ? walker.walk(unit, root, request.input()) : walker.look(root, request.input());
    }

    private static RadixWalker.Result below(RadixWalker.Result result, int above) {
        return result instanceof RadixWalker.Found f
                ? new RadixWalker.Found(f.level(), f.entry(), f.page(), f.bytes(), f.prot() & (above | ~RW))
                : result;
    }

    /** Follows the walk once more, without events, to the table of 4 KiB pages. */
    private void keepLastTable(Tables tables, long input) {
        VtdFormat format = tables.format();
        long table = tables.root();
        int above = RW;
        for (int level = 0; level < format.levels() - 1; level++) {
            long index = input >>> format.indexShift(level) & VtdTables.ENTRIES - 1;
            long entry = memory.read64(table + index * 8);
            above &= format.tableProt(level, entry);
            table = format.tableAddress(level, entry);
        }
        tlb.keepLastTable(tables.tag(), input, table, above);
    }

    private Outcome permitted(Request request, Tables tables, long output, long bytes, int prot, boolean hit) {
        return (prot & request.needed()) == 0
                ? refused(tables, prot == 0 ? absent(request, tables) : denied(request, tables))
                : new Translated(output, bytes, prot, hit);
    }

    // first-level addresses are canonical: the bits above repeat the highest
    private boolean reaches(VtdFormat format, long input) {
        int bits = VtdFormat.shift(format.levels() + 1);
        return format.stage() == VtdFormat.Stage.FIRST
                ? input >> bits - 1 == 0 || input >> bits - 1 == -1
                : input >>> Math.min(bits, registers.caps().mgaw()) == 0;
    }

    private void emit(Request request, EventKind kind, Term term, long a, long b) {
        if (request.live()) {
            unit.machine().emit(kind, Lane.DMA, term, unit, a, b);
        }
    }

    // ---- reasons

    private static boolean isSecond(Tables tables) {
        return tables.format().stage() == VtdFormat.Stage.SECOND;
    }

    private static Refused refused(Tables tables, VtdReason reason) {
        return new Refused(reason, !tables.silent());
    }

    private VtdReason beyond(Tables tables) {
        if (!registers.scalable()) {
            return VtdReason.BEYOND_MGAW;
        }
        return isSecond(tables) ? VtdReason.SM_BEYOND_SECOND_LEVEL : VtdReason.SM_NOT_CANONICAL;
    }

    private VtdReason badTable(Tables tables) {
        if (!registers.scalable()) {
            return VtdReason.BAD_TABLE;
        }
        return isSecond(tables) ? VtdReason.SM_BAD_SECOND_LEVEL : VtdReason.SM_BAD_FIRST_LEVEL;
    }

    private VtdReason absent(Request request, Tables tables) {
        return isSecond(tables) ? denied(request, tables) : VtdReason.SM_FIRST_LEVEL_NOT_PRESENT;
    }

    private VtdReason denied(Request request, Tables tables) {
        if (!isSecond(tables)) {
            return VtdReason.SM_NO_WRITE;
        }
        if (registers.scalable()) {
            return VtdReason.SM_SECOND_LEVEL_PERMISSION;
        }
        return request.write() ? VtdReason.NO_WRITE : VtdReason.NO_READ;
    }
}
