package org.iommulab.backend.qcom;

import org.iommulab.backend.qcom.QcomLayout.Fault;
import org.iommulab.backend.qcom.QcomLayout.Register;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** One context bank in hardware: a table, a fault at a time, and the accesses that are stalled by it. */
final class ContextBank {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final long ASID = 0xff00;
    private static final int ASID_SHIFT = 8;
    private static final long ADDRESS = 0xff_ffff_ffffL;

    private final QcomSmmu unit;
    private final RegisterFile registers;
    private final int number;
    private final Iotlb tlb;
    private final RadixWalker walker;
    private final InterruptLine irq;
    private final FlagCell stalled;
    private final FlagCell retried;
    private final LongCell held;

    ContextBank(QcomSmmu unit, RegisterFile registers, int number, Iotlb tlb, RadixWalker walker, InterruptLine irq) {
        this.unit = unit;
        this.registers = registers;
        this.number = number;
        this.tlb = tlb;
        this.walker = walker;
        this.irq = irq;
        this.stalled = new FlagCell(unit, Lane.HARDWARE, Term.flag("bank " + number + " stalled"));
        this.retried = new FlagCell(unit, Lane.HARDWARE, Term.flag("bank " + number + " tries again"));
        this.held = new LongCell(unit, Lane.DMA, Term.count("bank " + number + " held accesses"));
    }

    int number() {
        return number;
    }

    int get(Register register) {
        return registers.get32(register.in(number));
    }

    private void set(Register register, int value) {
        registers.set32(register.in(number), value);
    }

    boolean translating() {
        return (get(Register.SCTLR) & QcomLayout.SCTLR_M) != 0;
    }

    boolean stalled() {
        return stalled.get();
    }

    /** Table address in TTBR0: 40 bits; the four entries of the root are 32 bytes. */
    long tableBase() {
        long low = get(Register.TTBR0) & 0xffff_ffffL;
        return ((long) get(Register.TTBR0_HI) << 32 | low) & ADDRESS & -32;
    }

    /** The address space to which the bank's cached translations belong. */
    long asid() {
        return get(Register.TTBR0_HI) >>> QcomLayout.TTBR_ASID_SHIFT & 0xff;
    }

    /** The slot of the TLB that holds an address of this bank. */
    int find(long input) {
        return tlb.find(input, ASID, asid() << ASID_SHIFT);
    }

    // ---- the CPU writes

    void write(Register register, int value) {
        switch (register) {
            case FSR -> clearFaults(value);
            case RESUME -> resume(value);
            case S1_TLBIVA, S1_TLBIVAL -> {
                long address = value & 0xffff_f000L;
                flushed(address, tlb.flush(address, ASID, (value & 0xffL) << ASID_SHIFT));
            }
            case S1_TLBIASID -> flushed(0, tlb.flushMatching(ASID, (value & 0xffL) << ASID_SHIFT));
            // Invalidations take no time here, so a sync finds nothing to wait for.
            case TLBSYNC, TLBSTATUS -> {}
            case SCTLR, TCR2, TTBR0, TTBR0_HI, TTBR1, TTBR1_HI, TCR, S1_MAIR0, S1_MAIR1, FAR, FAR_HI, FSYNR0 ->
                set(register, value);
        }
    }

    private void clearFaults(int value) {
        set(Register.FSR, get(Register.FSR) & ~value);
        if ((get(Register.FSR) & QcomLayout.FSR_FAULT) == 0) {
            irq.lower(unit);
        }
    }

    private void resume(int value) {
        retried.setQuietly((value & QcomLayout.RESUME_TERMINATE) == 0);
        stalled.setQuietly(false);
        held.setQuietly(0);
    }

    private void flushed(long address, int count) {
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, unit, address, count);
    }

    // ---- DMA

    Access access(long input, boolean write) {
        if (stalled.get()) {
            held.add(1);
            return new Access.Held();
        }
        if (!translating()) {
            unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, unit, input, input);
            return new Access.Pass(input);
        }
        return switch (look(input, write)) {
            case Reached(long output) -> pass(input, output);
            case Failed failed -> fault(failed, input, write);
        };
    }

    /** What a lookup comes to: an address, or a fault at a level of ARM's numbering. */
    private sealed interface Outcome {}

    private record Reached(long output) implements Outcome {}

    private record Failed(Fault cause, int level) implements Outcome {}

    private Outcome look(long input, boolean write) {
        if (input >>> 32 != 0) {
            return new Failed(Fault.TRANSLATION, 1);
        }
        int slot = find(input);
        if (slot != Iotlb.MISS) {
            long output = tlb.translate(slot, input);
            unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, unit, input, output);
            return refusal((int) tlb.attributes(slot) & 0xff, write).isPresent()
                    ? new Failed(Fault.PERMISSION, levelOf(tlb.bytes(slot)))
                    : new Reached(output);
        }
        unit.machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, unit, input, 4);
        return switch (walker.walk(unit, tableBase(), input)) {
            case RadixWalker.NotMapped(int level, long _) -> new Failed(Fault.TRANSLATION, level + 1);
            case RadixWalker.NoMemory(int level, long _) -> new Failed(Fault.EXTERNAL, level + 1);
            case RadixWalker.Found found -> keep(found, input, write);
        };
    }

    private Outcome keep(RadixWalker.Found found, long input, boolean write) {
        var refused = refusal(found.prot(), write);
        if (refused.isPresent()) {
            return new Failed(refused.get(), found.level() + 1);
        }
        tlb.fill(input, found.page(), found.bytes(), found.prot() | asid() << ASID_SHIFT);
        unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, unit, input & -found.bytes(), found.page());
        return new Reached(found.page() | input & found.bytes() - 1);
    }

    /** Why a page refuses an access; masters here are unprivileged. A page that cannot even be read has no access flag. */
    static java.util.Optional<Fault> refusal(int prot, boolean write) {
        if ((prot & Prot.READ) == 0) {
            return java.util.Optional.of(Fault.ACCESS_FLAG);
        }
        boolean refused = write && (prot & Prot.WRITE) == 0 || (prot & Prot.PRIV) != 0;
        return refused ? java.util.Optional.of(Fault.PERMISSION) : java.util.Optional.empty();
    }

    private int levelOf(long pageBytes) {
        var format = (LpaeFormat) walker.format();
        for (int level = 0; level < format.levels(); level++) {
            if (1L << format.indexShift(level) == pageBytes) {
                return level + 1;
            }
        }
        return 0;
    }

    private Access pass(long input, long output) {
        unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, unit, input, output);
        return new Access.Pass(output);
    }

    /** Latches the fault, or only MULTI when one is latched already; stalls; interrupts the CPU, which may let go. */
    private Access fault(Failed failed, long input, boolean write) {
        int fsr = get(Register.FSR);
        if ((fsr & QcomLayout.FSR_FAULT) != 0) {
            set(Register.FSR, fsr | QcomLayout.FSR_MULTI);
        } else {
            set(Register.FSR, QcomLayout.FSR_FORMAT_LPAE | failed.cause().mask());
            set(Register.FAR, (int) input);
            set(Register.FAR_HI, (int) (input >>> 32));
            set(Register.FSYNR0, (write ? QcomLayout.FSYNR0_WNR : 0) | failed.level() & QcomLayout.FSYNR0_PLVL);
        }
        boolean stalls = (get(Register.SCTLR) & QcomLayout.SCTLR_CFCFG) != 0;
        stalled.setQuietly(stalls);
        retried.setQuietly(false);
        unit.machine()
                .emit(
                        EventKind.FAULT,
                        Lane.DMA,
                        Term.hex(failed.cause().words()),
                        unit,
                        input,
                        get(Register.FSR) & 0xffff_ffffL);
        if ((get(Register.SCTLR) & QcomLayout.SCTLR_CFIE) != 0) {
            irq.raise(unit);
        }
        if (stalled.get()) {
            held.add(1);
            return new Access.Held();
        }
        if (stalls && retried.get() && look(input, write) instanceof Reached(long output)) {
            return pass(input, output);
        }
        return new Access.Refused(failed.cause().words());
    }
}
