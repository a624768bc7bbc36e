package org.iommulab.backend.msm;

import org.iommulab.backend.msm.MsmLayout.Context;
import org.iommulab.backend.msm.MsmLayout.Fault;
import org.iommulab.backend.msm.MsmLookup.Failed;
import org.iommulab.backend.msm.MsmLookup.Reached;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** One context bank in hardware: a table, probes, a fault at a time, and the accesses that are stalled by it. */
final class MsmContext {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final MsmUnit unit;
    private final RegisterFile registers;
    private final int number;
    private final MsmLookup lookup;
    private final FlagCell stalled;
    private final FlagCell retried;
    private final LongCell held;

    MsmContext(MsmUnit unit, RegisterFile registers, int number, MsmLookup lookup) {
        this.unit = unit;
        this.registers = registers;
        this.number = number;
        this.lookup = lookup;
        this.stalled = new FlagCell(unit, Lane.HARDWARE, Term.flag("context " + number + " stalled"));
        this.retried = new FlagCell(unit, Lane.HARDWARE, Term.flag("context " + number + " tries again"));
        this.held = new LongCell(unit, Lane.DMA, Term.count("context " + number + " held accesses"));
    }

    int number() {
        return number;
    }

    int get(Context register) {
        return registers.get32(register.in(number));
    }

    private void set(Context register, int value) {
        registers.set32(register.in(number), value);
    }

    /** What the global registers say of it. */
    int attributes() {
        return registers.get32(MsmLayout.contextAttributes(number));
    }

    boolean translating() {
        return MsmLayout.M.isSet(get(Context.SCTLR));
    }

    boolean stalled() {
        return stalled.get();
    }

    // TTBCR could split the addresses between two tables; the driver writes 0, and the lab's unit walks TTBR0 only
    long tableBase() {
        return MsmLayout.root(get(Context.TTBR0));
    }

    /** The address space to which its cached translations belong. */
    int asid() {
        return MsmLayout.ASID.of(get(Context.CONTEXTIDR));
    }

    // ---- the CPU writes

    void write(Context register, int value) {
        switch (register) {
            // assumed: a 1 clears
            case FSR -> set(Context.FSR, get(Context.FSR) & ~value);
            // as in the later ARM SMMU, which has the register too; unverified for this one
            case FSRRESTORE -> set(Context.FSR, value);
            case TLBIALL -> flushed(0, lookup.flushContext(this));
            case TLBIASID -> flushed(0, lookup.flushSpace(this, MsmLayout.ASID.of(value)));
            case TLBIVA -> flushed(page(value), lookup.flushPage(this, page(value), MsmLayout.ASID.of(value)));
            case TLBIVAA -> flushed(page(value), lookup.flushPage(this, page(value)));
            case V2PPR -> probe(value, false, true);
            case V2PPW -> probe(value, true, true);
            case V2PUR -> probe(value, false, false);
            case V2PUW -> probe(value, true, false);
            case RESUME -> resume(value);
            case SCTLR, ACTLR, CONTEXTIDR, TTBR0, TTBR1, TTBCR, PAR, FAR, FSYNR0, FSYNR1, PRRR, NMRR ->
                set(register, value);
            case TLBLCKR, V2PSR, TLBFLPTER, TLBSLPTER, BFBCR -> set(register, value);
        }
        unit.signal();
    }

    private static long page(int value) {
        return value & MsmLayout.PAGE & 0xffff_ffffL;
    }

    private void flushed(long address, int count) {
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, unit, address, count);
    }

    private void resume(int value) {
        retried.setQuietly(!MsmLayout.TNR.isSet(value));
        stalled.setQuietly(false);
        held.setQuietly(0);
    }

    /**
     * A probe: the answer is in PAR. With translation off it is the address itself (unverified; the driver asks a context
     * that is off only for a domain that it has detached). The fields for memory type and shareability stay 0: how they
     * are coded is not known, and nobody reads them.
     */
    private void probe(int value, boolean write, boolean privileged) {
        int page = value & MsmLayout.PAGE;
        if (!translating()) {
            set(Context.PAR, page);
            return;
        }
        boolean walks = MsmLayout.V2PCFG.of(get(Context.ACTLR)) == MsmLayout.WALK;
        switch (lookup.probe(this, page & 0xffff_ffffL, new MsmLookup.Kind(write, privileged, walks))) {
            case Reached(long output, long bytes) ->
                set(
                        Context.PAR,
                        MsmLayout.NOFAULT_SS.in(
                                (int) output & MsmLayout.PAGE, MsmLookup.isSupersection(bytes) ? 1 : 0));
            case Failed(Fault cause) -> set(Context.PAR, MsmLayout.FAULT.in(cause.mask(), 1));
        }
    }

    /** Whether it pulls its interrupt. */
    boolean interrupts() {
        return get(Context.FSR) != 0 && MsmLayout.CFEIE.isSet(get(Context.ACTLR));
    }

    // ---- DMA

    Access access(int mid, long input, boolean write) {
        if (stalled.get()) {
            held.add(1);
            return new Access.Held();
        }
        if (!translating()) {
            unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, unit, input, input);
            return new Access.Pass(input);
        }
        return switch (look(input, write)) {
            case Reached(long output, long _) -> pass(input, output);
            case Failed(Fault cause) -> fault(cause, mid, input, write);
        };
    }

    // masters here are unprivileged
    private MsmLookup.Outcome look(long input, boolean write) {
        boolean walks = MsmLayout.TLBMCFG.of(get(Context.ACTLR)) == MsmLayout.WALK;
        return lookup.translate(this, input, new MsmLookup.Kind(write, false, walks));
    }

    private Access pass(long input, long output) {
        unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, unit, input, output);
        return new Access.Pass(output);
    }

    /**
     * Latches the fault, or only MULTI when one is latched already; stalls; interrupts the CPU, which may let go. When the
     * unit sets SL and SS of FSR is not known; it sets neither here.
     */
    private Access fault(Fault cause, int mid, long input, boolean write) {
        int fsr = get(Context.FSR);
        if (fsr != 0) {
            set(Context.FSR, fsr | MsmLayout.FSR_MULTI);
        } else {
            set(Context.FSR, cause.mask());
            set(Context.FAR, (int) input);
            set(Context.FSYNR0, MsmLayout.AMID.in(0, mid));
            set(Context.FSYNR1, MsmLayout.AWRITE.in(0, write ? 1 : 0));
        }
        boolean stalls = MsmLayout.CFCFG.isSet(get(Context.ACTLR));
        stalled.setQuietly(stalls);
        retried.setQuietly(false);
        unit.machine()
                .emit(EventKind.FAULT, Lane.DMA, Term.hex(cause.words()), unit, input, get(Context.FSR) & 0xffff_ffffL);
        unit.signal();
        if (stalled.get()) {
            held.add(1);
            return new Access.Held();
        }
        if (stalls && retried.get() && look(input, write) instanceof Reached(long output, long _)) {
            return pass(input, output);
        }
        return new Access.Refused(cause.words());
    }
}
