package org.iommulab.backend.ipmmu;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.ipmmu.IpmmuLayout.Fault;
import org.iommulab.backend.ipmmu.IpmmuLayout.Generation;
import org.iommulab.backend.ipmmu.IpmmuLayout.Register;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.hardware.lpae.LpaeEntries;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** The root's half of the work: translation contexts, the walker, the main TLB, faults. */
final class IpmmuContexts {
    // Its real size is not known.
    private static final int TLB_WAYS = 64;
    private static final int CONTEXT_SHIFT = 8;
    private static final long CONTEXT = 0xf00;
    private static final Term MAIN_TLB = Term.hex("main TLB");
    private static final LpaeEntries WORDS = new LpaeEntries(IpmmuLayout.FORMAT);

    private final Ipmmu unit;
    private final Generation generation;
    private final RegisterFile registers;
    private final RadixWalker walker;
    private final InterruptLine irq;
    private final Iotlb tlb;

    IpmmuContexts(Ipmmu unit, Generation generation, RegisterFile registers, PhysicalMemory memory, InterruptLine irq) {
        this.unit = unit;
        this.generation = generation;
        this.registers = registers;
        this.walker = new RadixWalker(memory, new NonSecureFormat(IpmmuLayout.FORMAT), IpmmuLayout.FORMAT.levelNames());
        this.irq = irq;
        this.tlb = new Iotlb(unit.machine(), 1, TLB_WAYS, 12);
    }

    /** How an access comes out of a context. */
    sealed interface Outcome {}

    record Reached(long page, long bytes, int prot) implements Outcome {}

    record Failed(Fault cause) implements Outcome {}

    int get(Register register, int context) {
        return registers.get32(generation.offset(register, context));
    }

    private void set(Register register, int context, int value) {
        registers.set32(generation.offset(register, context), value);
    }

    boolean isOn(int context) {
        return context < generation.contexts() && (get(Register.IMCTR, context) & IpmmuLayout.IMCTR_MMUEN) != 0;
    }

    /** 40 bits; the four entries of the root table are 32 bytes. */
    long tableBase(int context) {
        long low = get(Register.IMTTLBR0, context) & 0xffff_ffffL;
        return ((long) get(Register.IMTTUBR0, context) << 32 | low) & 0xff_ffff_ffffL & -32;
    }

    Iotlb tlb() {
        return tlb;
    }

    static int contextOf(long attributes) {
        return (int) ((attributes & CONTEXT) >>> CONTEXT_SHIFT);
    }

    /** Writing 0 to a bit of IMSTR clears it; with the last bit the address goes too. */
    void writeStatus(int context, int value) {
        set(Register.IMSTR, context, get(Register.IMSTR, context) & value);
        if (get(Register.IMSTR, context) == 0) {
            set(Register.IMELAR, context, 0);
            set(Register.IMEUAR, context, 0);
        }
        boolean pending = false;
        for (int i = 0; i < generation.contexts(); i++) {
            pending |= get(Register.IMSTR, i) != 0;
        }
        if (!pending) {
            irq.lower(unit);
        }
    }

    int flush(int context) {
        return tlb.flushMatching(CONTEXT, (long) context << CONTEXT_SHIFT);
    }

    /** Looks an address up for a leaf; what is found may still refuse the access. */
    Outcome translate(int context, long input) {
        if (input >>> 32 != 0) {
            return new Failed(Fault.TRANSLATION);
        }
        int slot = tlb.find(input, CONTEXT, (long) context << CONTEXT_SHIFT);
        if (slot != Iotlb.MISS) {
            unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, MAIN_TLB, unit, input, tlb.translate(slot, input));
            return new Reached(tlb.output(slot), tlb.bytes(slot), (int) tlb.attributes(slot) & 0xff);
        }
        return switch (walker.walk(unit, tableBase(context), input)) {
            case RadixWalker.NotMapped _ -> new Failed(Fault.TRANSLATION);
            case RadixWalker.NoMemory _ -> new Failed(Fault.WALK_ABORT);
            case RadixWalker.Found(int _, long _, long page, long bytes, int prot) -> {
                tlb.fill(input, page, bytes, prot | (long) context << CONTEXT_SHIFT);
                unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, MAIN_TLB, unit, input & -bytes, page);
                yield new Reached(page, bytes, prot);
            }
        };
    }

    static boolean refuses(int prot, boolean write) {
        return (prot & (write ? Prot.WRITE : Prot.READ)) == 0 || (prot & Prot.READ) == 0;
    }

    /** Latches a fault and interrupts; which master it was is not latched. */
    void fault(int context, Fault cause, long input) {
        if (get(Register.IMSTR, context) == 0) {
            set(Register.IMELAR, context, (int) input);
            set(Register.IMEUAR, context, (int) (input >>> 32));
        }
        set(Register.IMSTR, context, get(Register.IMSTR, context) | cause.mask());
        unit.machine()
                .emit(EventKind.FAULT, Lane.DMA, Term.hex(cause.words()), unit, input, get(Register.IMSTR, context));
        if ((get(Register.IMCTR, context) & IpmmuLayout.IMCTR_INTEN) != 0) {
            irq.raise(unit);
        }
    }

    /** The latched fault of the first context that has one, in words. */
    String fault() {
        for (int context = 0; context < generation.contexts(); context++) {
            int status = get(Register.IMSTR, context);
            for (Fault fault : Fault.values()) {
                if ((status & fault.mask()) != 0) {
                    return fault.words() + " at 0x" + Integer.toHexString(get(Register.IMELAR, context)) + ", context "
                            + context;
                }
            }
        }
        return "";
    }

    /** The picture of a walk through a context, and its end in words. */
    Verdict picture(int context, long input, boolean write, List<WalkTrace.Level> into) {
        RadixWalker.Result result = walker.picture(tableBase(context), input, WORDS, into);
        int slot = tlb.find(input, CONTEXT, (long) context << CONTEXT_SHIFT);
        if (slot != Iotlb.MISS) {
            return reached(tlb.translate(slot, input), tlb.bytes(slot), (int) tlb.attributes(slot) & 0xff, write);
        }
        if (input >>> 32 != 0) {
            return new Verdict.Refused(Fault.TRANSLATION.words());
        }
        return switch (result) {
            case RadixWalker.NotMapped _ -> new Verdict.Refused(Fault.TRANSLATION.words());
            case RadixWalker.NoMemory _ -> new Verdict.Refused(Fault.WALK_ABORT.words());
            case RadixWalker.Found(int _, long _, long page, long bytes, int prot) ->
                reached(page | input & bytes - 1, bytes, prot, write);
        };
    }

    static Verdict reached(long output, long bytes, int prot, boolean write) {
        return refuses(prot, write)
                ? new Verdict.Refused(Fault.PERMISSION.words())
                : new Verdict.Reached(output, bytes, Prot.letters(prot));
    }

    /** The contexts that are on. */
    List<Integer> on() {
        var on = new ArrayList<Integer>();
        for (int context = 0; context < generation.contexts(); context++) {
            if (isOn(context)) {
                on.add(context);
            }
        }
        return on;
    }

    static LpaeEntries words() {
        return WORDS;
    }
}
