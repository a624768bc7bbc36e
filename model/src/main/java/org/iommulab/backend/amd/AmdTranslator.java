package org.iommulab.backend.amd;

import org.iommulab.backend.amd.AmdDeviceTable.Entry;
import org.iommulab.backend.amd.AmdDeviceTable.Failed;
import org.iommulab.backend.amd.AmdWalker.Found;
import org.iommulab.backend.amd.AmdWalker.Step;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Decides what becomes of an access: device table, TLB, walk, permissions. */
final class AmdTranslator {
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final IommuUnit unit;
    private final AmdRegisters registers;
    private final AmdDeviceTable devices;
    private final AmdTlb tlb;
    private final AmdWalker walker;

    AmdTranslator(IommuUnit unit, AmdRegisters registers, AmdDeviceTable devices, AmdTlb tlb, AmdWalker walker) {
        this.unit = unit;
        this.registers = registers;
        this.devices = devices;
        this.tlb = tlb;
        this.walker = walker;
    }

    /** What becomes of an access. */
    sealed interface Outcome {}

    record Untranslated(long output) implements Outcome {}

    /** @param prot what may be done there */
    record Translated(long output, long bytes, int prot, boolean hit) implements Outcome {}

    /** @param logged false where the device table entry wants silence */
    record Refused(AmdEvent.Type type, AmdEvent event, boolean logged) implements Outcome {}

    /** @param live whether the access happens: then there are events, and what was read is kept */
    record Request(int device, long input, boolean write, boolean live) {
        int needed() {
            return write ? Prot.WRITE : Prot.READ;
        }
    }

    Outcome decide(Request request) {
        var fetched = request.live() ? devices.fetch(request.device()) : devices.look(request.device());
        return switch (fetched) {
            case Failed(AmdEvent.Type type) -> refused(type, request, 0, 0, true);
            case Entry(AmdDte dte) -> decide(request, dte);
        };
    }

    private Outcome decide(Request request, AmdDte dte) {
        if (!dte.valid() || isExcluded(dte, request.input())) {
            return new Untranslated(request.input());
        }
        if (!isLegal(dte)) {
            return refused(AmdEvent.Type.ILLEGAL_DEV_TABLE_ENTRY, request, dte.domain(), 0, true);
        }
        boolean guest = dte.guestTranslation();
        if (dte.refuses()) {
            return fault(request, dte, 0);
        }
        if (!guest && dte.mode() == 0) {
            return (dte.prot() & request.needed()) != 0
                    ? new Untranslated(request.input())
                    : fault(request, dte, 1 << AmdEvent.PRESENT | 1 << AmdEvent.PERMISSION);
        }
        return look(request, dte, guest);
    }

    /** EXCL_BASE and EXCL_LIMIT: a range that passes untranslated. */
    private boolean isExcluded(AmdDte dte, long input) {
        long base = registers.get(AmdLayout.EXCL_BASE);
        long last = registers.get(AmdLayout.EXCL_LIMIT) & AmdLayout.ADDRESS | 0xfff;
        boolean open = (base & 1) != 0 && ((base & 2) != 0 || dte.exclusion());
        return open
                && Long.compareUnsigned(input, base & AmdLayout.ADDRESS) >= 0
                && Long.compareUnsigned(input, last) <= 0;
    }

    // Guest tables that are themselves translated by host tables exist, but not in the lab: no Linux before 6.14 makes
    // them.
    private boolean isLegal(AmdDte dte) {
        long features = registers.features();
        if (!dte.guestTranslation()) {
            return dte.mode() <= AmdLayout.hostLevels(features);
        }
        return registers.control(AmdLayout.GT_EN)
                && (features & AmdLayout.FEATURE_GT) != 0
                && dte.mode() == 0
                && dte.gcr3Levels() <= AmdLayout.gcr3Levels(features)
                && dte.guestLevels() <= AmdLayout.guestLevels(features);
    }

    private Outcome look(Request request, AmdDte dte, boolean guest) {
        long input = request.input();
        int slot = tlb.find(dte.domain(), guest, input);
        if (slot != AmdTlb.MISS) {
            long output = tlb.output(slot, input);
            emit(request, EventKind.TLB_HIT, TLB, input, output);
            return permitted(request, dte, output, tlb.bytes(slot), tlb.prot(slot), true);
        }
        emit(request, EventKind.TLB_MISS, TLB_MISS, input, 4);
        return switch (walk(request, dte, guest)) {
            case AmdWalker.Failed(AmdWalker.Reason reason) ->
                switch (reason) {
                    case NOT_PRESENT -> fault(request, dte, 0);
                    case RESERVED -> fault(request, dte, 1 << AmdEvent.PRESENT | 1 << AmdEvent.RESERVED);
                    case NO_MEMORY ->
                        refused(AmdEvent.Type.PAGE_TAB_HARDWARE_ERROR, request, dte.domain(), flags(request, 0), true);
                };
            case Found found -> {
                long output = found.page() | input & found.bytes() - 1;
                Outcome outcome = permitted(request, dte, output, found.bytes(), found.prot(), false);
                // What is refused is not kept, so that a permission that is granted later counts at once.
                if (request.live() && outcome instanceof Translated) {
                    long root = guest ? walker.guestRoot(dte.gcr3(), dte.gcr3Levels()) : dte.root();
                    tlb.keep(dte.domain(), guest, input, found, root);
                    emit(request, EventKind.TLB_FILL, TLB, input & -found.bytes(), found.page());
                }
                yield outcome;
            }
        };
    }

    private AmdWalker.Result walk(Request request, AmdDte dte, boolean guest) {
        Step step = request.live() ? new AmdWalkEvents(unit) : Step.SILENT;
        long input = request.input();
        if (guest) {
            return walker.guest(dte.gcr3(), dte.gcr3Levels(), dte.guestLevels(), input, step);
        }
        int slot = tlb.findLastTable(dte.domain(), input);
        return slot == AmdTlb.MISS
                ? walker.host(dte.root(), dte.mode(), input, step)
                : walker.host(tlb.lastTable(slot), 0, tlb.protAbove(slot), input, step);
    }

    private Outcome permitted(Request request, AmdDte dte, long output, long bytes, int prot, boolean hit) {
        int allowed = prot & dte.prot();
        return (allowed & request.needed()) == 0
                ? fault(request, dte, 1 << AmdEvent.PRESENT | 1 << AmdEvent.PERMISSION)
                : new Translated(output, bytes, allowed, hit);
    }

    private void emit(Request request, EventKind kind, Term term, long a, long b) {
        if (request.live()) {
            unit.machine().emit(kind, Lane.DMA, term, unit, a, b);
        }
    }

    // ---- refusals

    private static int flags(Request request, int more) {
        return (request.write() ? 1 << AmdEvent.WRITE : 0) | more;
    }

    private static Refused fault(Request request, AmdDte dte, int more) {
        int flags = flags(request, more | (dte.guestTranslation() ? 1 << AmdEvent.GN : 0));
        int domain = dte.guestTranslation() ? 0 : dte.domain();
        return refused(AmdEvent.Type.IO_PAGE_FAULT, request, domain, flags, !dte.suppressesFaults());
    }

    private static Refused refused(AmdEvent.Type type, Request request, int domain, int flags, boolean logged) {
        return new Refused(type, AmdEvent.of(type, request.device(), domain, flags, request.input()), logged);
    }
}
