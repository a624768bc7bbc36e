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
    private final VtdTwoStages stages;

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
        this.stages = new VtdTwoStages(memory);
    }

    VtdTwoStages stages() {
        return stages;
    }

    /** What becomes of an access. */
    sealed interface Outcome {}

    record Untranslated(long output) implements Outcome {}

    /** @param prot what may be done there */
    record Translated(long output, long bytes, int prot, boolean hit) implements Outcome {}

    /** @param recorded false where the context or PASID entry wants silence */
    record Refused(VtdReason reason, boolean recorded) implements Outcome {}

    /**
     * @param pasid that it has; {@link VtdFault#NO_PASID} for none
     * @param live whether the access happens: then there are events, and what was read is kept
     */
    record Request(int source, int pasid, long input, boolean write, boolean live) {
        int needed() {
            return write ? Prot.WRITE : Prot.READ;
        }
    }

    /** What a context or PASID entry says. */
    sealed interface Mode {}

    record PassThrough() implements Mode {}

    /** @param root of the tables, which have this format */
    record Tables(VtdFormat format, long root, int domain, int pasid, boolean silent) implements Mode {
        Tag tag() {
            return format.stage() == VtdFormat.Stage.FIRST ? Tag.first(domain, pasid) : Tag.second(domain);
        }
    }

    /** A guest's tables, whose addresses the second ones translate once more. */
    record Nested(Tables first, Tables second) implements Mode {}

    record Invalid(VtdReason reason, boolean silent) implements Mode {}

    Outcome decide(Request request) {
        return switch (modeOf(request.source(), request.pasid(), request.live())) {
            case PassThrough() -> new Untranslated(request.input());
            case Invalid(VtdReason reason, boolean silent) -> new Refused(reason, !silent);
            case Tables tables -> look(request, tables);
            case Nested nested -> look(request, nested);
        };
    }

    /** What is to be done with a source's requests, those with this PASID or those without. */
    Mode modeOf(int source, int pasid, boolean live) {
        return switch (live ? contexts.fetch(source) : contexts.look(source)) {
            case VtdContextTable.Failed(VtdReason reason) -> new Invalid(reason, false);
            case VtdContextTable.Entry(VtdContext context) ->
                registers.scalable() ? scalable(source, context, pasid, live) : legacy(context, pasid);
        };
    }

    // legacy mode knows no PASIDs: which reason a unit gives for one is unverified
    private Mode legacy(VtdContext context, int pasid) {
        boolean silent = context.silent();
        if (pasid != VtdFault.NO_PASID) {
            return new Invalid(VtdReason.INVALID_CONTEXT, silent);
        }
        int type = context.translationType();
        boolean widthIsSupported = (registers.caps().sagaw() >>> context.addressWidth() & 1) != 0;
        if (type > VtdContext.PASS_THROUGH
                || type == VtdContext.PASS_THROUGH && !registers.caps().passThrough()
                || !widthIsSupported) {
            return new Invalid(VtdReason.INVALID_CONTEXT, silent);
        }
        return type == VtdContext.PASS_THROUGH
                ? new PassThrough()
                : new Tables(second(context.addressWidth()), context.pointer(), context.domain(), 0, silent);
    }

    // widths that SAGAW can name: 1 to 3 are those that tables of three to five levels have
    private static VtdFormat second(int width) {
        return new VtdFormat(VtdFormat.Stage.SECOND, Math.min(VtdCaps.levels(width), 5));
    }

    private Mode scalable(int source, VtdContext context, int requested, boolean live) {
        boolean has = requested != VtdFault.NO_PASID;
        if (has && !context.takesPasids()) {
            return new Invalid(VtdReason.SM_PASIDS_OFF, context.silent());
        }
        int pasid = has ? requested : context.ownPasid();
        if (pasid >>> context.directorySize() + 7 + VtdPasidEntry.TABLE_SHIFT != 0) {
            return new Invalid(VtdReason.SM_PASID_TOO_LARGE, context.silent());
        }
        return switch (pasids.fetch(source, context, pasid, live)) {
            case VtdPasidTable.Failed(VtdReason reason) -> new Invalid(reason, context.silent());
            case VtdPasidTable.Entry(VtdPasidEntry entry) -> mode(entry, pasid, context.silent() || entry.silent());
        };
    }

    private Mode mode(VtdPasidEntry entry, int pasid, boolean silent) {
        VtdCaps caps = registers.caps();
        boolean width = (caps.sagaw() >>> entry.addressWidth() & 1) != 0;
        boolean fits = entry.firstLevelMode() == 0 || entry.firstLevelMode() == 1 && caps.firstLevelFiveLevels();
        boolean second = caps.secondLevel() && width;
        boolean first = caps.firstLevel() && fits;
        int type = entry.type();
        if (type == VtdPasidEntry.PASS_THROUGH && caps.passThrough()) {
            return new PassThrough();
        }
        if (type == VtdPasidEntry.SECOND_LEVEL && second) {
            return secondTables(entry, pasid, silent);
        }
        if (type == VtdPasidEntry.FIRST_LEVEL && first) {
            return firstTables(entry, pasid, silent);
        }
        return type == VtdPasidEntry.NESTED && caps.nested() && first && second
                ? new Nested(firstTables(entry, pasid, silent), secondTables(entry, pasid, silent))
                : new Invalid(VtdReason.SM_INVALID_PASID, silent);
    }

    private static Tables secondTables(VtdPasidEntry entry, int pasid, boolean silent) {
        return new Tables(second(entry.addressWidth()), entry.secondLevelRoot(), entry.domain(), pasid, silent);
    }

    private static Tables firstTables(VtdPasidEntry entry, int pasid, boolean silent) {
        var format = new VtdFormat(VtdFormat.Stage.FIRST, 4 + entry.firstLevelMode());
        return new Tables(format, entry.firstLevelRoot(), entry.domain(), pasid, silent);
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

    /** Two stages in one walk; what comes of it is kept under the guest's address. */
    private Outcome look(Request request, Nested nested) {
        Tables first = nested.first();
        long input = request.input();
        if (!reaches(first.format(), input)) {
            return refused(first, VtdReason.SM_NOT_CANONICAL);
        }
        int slot = tlb.find(first.tag(), input);
        if (slot != VtdTlb.MISS) {
            long output = tlb.output(slot, input);
            emit(request, EventKind.TLB_HIT, IOTLB, input, output);
            return allowed(request, first, new Translated(output, tlb.bytes(slot), tlb.prot(slot), true));
        }
        emit(request, EventKind.TLB_MISS, IOTLB_MISS, input, 4);
        VtdTwoStages.Step step = request.live() ? new VtdTwoStageEvents(unit) : VtdTwoStages.Step.SILENT;
        return switch (stages.walk(first, nested.second(), input, step)) {
            case VtdTwoStages.Failed(VtdReason reason) -> refused(first, reason);
            case VtdTwoStages.Found found -> {
                long output = found.page() | input & found.bytes() - 1;
                Outcome outcome = allowed(request, first, new Translated(output, found.bytes(), found.prot(), false));
                if (request.live() && outcome instanceof Translated) {
                    tlb.keepNested(
                            first.tag(),
                            input,
                            found.page(),
                            found.bytes(),
                            found.prot(),
                            nested.second().root());
                    emit(request, EventKind.TLB_FILL, IOTLB, input & -found.bytes(), found.page());
                }
                yield outcome;
            }
        };
    }

    private static Outcome allowed(Request request, Tables first, Translated reached) {
        if ((reached.prot() & request.needed()) != 0) {
            return reached;
        }
        return refused(first, request.write() ? VtdReason.SM_NO_WRITE : VtdReason.SM_SECOND_LEVEL_PERMISSION);
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
