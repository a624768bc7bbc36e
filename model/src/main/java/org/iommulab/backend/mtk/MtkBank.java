package org.iommulab.backend.mtk;

import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * One bank of an M4U: its registers, its table, its faults. Of the two halves that an M4U has (MMU0 and MMU1) the first
 * does everything here: which larbs use the second is wiring.
 */
final class MtkBank {
    /** In the attributes of a TLB slot: that nothing is mapped there. */
    static final long NOTHING = 1;

    private static final int BANK_SHIFT = 8;
    private static final long BANK = 0xffL << BANK_SHIFT;
    private static final long SMALL_PAGE = 0x1000;
    // Entries that are fetched with the one that is needed: the sheet infers that there is such a prefetch.
    private static final int LINE = 4;

    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term PROTECTED = Term.hex("sent to the protect page");
    private static final Term TLB = Term.hex("TLB");
    private static final Term NOT_MAPPED = Term.hex("TLB: nothing mapped");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final MtkM4u unit;
    private final MtkSoc soc;
    private final RegisterFile registers;
    private final int number;
    private final Iotlb tlb;
    private final RadixWalker walker;
    private final InterruptLine irq;

    MtkBank(
            MtkM4u unit,
            MtkSoc soc,
            RegisterFile registers,
            int number,
            Iotlb tlb,
            RadixWalker walker,
            InterruptLine irq) {
        this.unit = unit;
        this.soc = soc;
        this.registers = registers;
        this.number = number;
        this.tlb = tlb;
        this.walker = walker;
        this.irq = irq;
    }

    int number() {
        return number;
    }

    InterruptLine irq() {
        return irq;
    }

    int get(Register register) {
        return registers.get32(register.in(number));
    }

    private void set(Register register, int value) {
        registers.set32(register.in(number), value);
    }

    /** Where the root of its table is; 0 for none. */
    long tableBase() {
        return MtkLayout.tableBase(get(Register.PT_BASE_ADDR));
    }

    /** The slot of the TLB that holds an address of this bank. */
    int find(long input) {
        return tlb.find(input, BANK, (long) number << BANK_SHIFT);
    }

    static int bankOf(long attributes) {
        return (int) (attributes >>> BANK_SHIFT);
    }

    // ---- the CPU writes

    /** What a write changes; whether the register then holds the value. */
    void write(Register register, int value) {
        switch (register) {
            case INT_CONTROL0 -> {
                set(Register.INT_CONTROL0, value & ~MtkLayout.INT_CLEAR);
                if ((value & MtkLayout.INT_CLEAR) != 0) {
                    set(Register.FAULT_ST1, 0);
                }
            }
            case FAULT_ST1, MMU0_FAULT_VA, MMU0_INVLD_PA, MMU1_FAULT_VA, MMU1_INVLD_PA, MMU0_INT_ID, MMU1_INT_ID -> {}
            case INVALIDATE -> {
                if ((value & MtkLayout.INVALIDATE_ALL) == 0 && flushes(value)) {
                    set(Register.CPE_DONE, 1);
                }
            }
            default -> set(register, value);
        }
    }

    /** What a write lets happen, after its event. */
    void written(Register register, int value) {
        if (register == Register.INT_CONTROL0 && (value & MtkLayout.INT_CLEAR) != 0) {
            irq.lower(unit);
        }
        if (register == Register.INVALIDATE && flushes(value)) {
            invalidate(value);
        }
    }

    private boolean flushes(int value) {
        int kinds = MtkLayout.INVALIDATE_ALL | MtkLayout.INVALIDATE_RANGE;
        return (value & kinds) != 0 && get(soc.invSel()) != 0;
    }

    private void invalidate(int value) {
        if ((value & MtkLayout.INVALIDATE_ALL) != 0) {
            // the first bank's reaches the others too
            flushed(0, number == 0 ? tlb.flushAll() : tlb.flushMatching(BANK, (long) number << BANK_SHIFT));
            return;
        }
        long first = MtkLayout.tlbPage(get(Register.INVLD_START_A));
        long last = MtkLayout.tlbPage(get(Register.INVLD_END_A)) + SMALL_PAGE - 1;
        int dropped = 0;
        for (int slot : tlb.used()) {
            boolean mine = bankOf(tlb.attributes(slot)) == number;
            if (mine && tlb.input(slot) <= last && tlb.input(slot) + tlb.bytes(slot) - 1 >= first) {
                tlb.drop(slot);
                dropped++;
            }
        }
        flushed(first, dropped);
    }

    private void flushed(long address, int count) {
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, unit, address, count);
    }

    // ---- DMA

    Access access(long input, int id, boolean write) {
        int slot = find(input);
        if (slot != Iotlb.MISS) {
            return hit(slot, input, id, write);
        }
        unit.machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, unit, input, 4);
        if (tableBase() == 0) {
            return fault(MtkLayout.FAULT_TRANSLATION, input, 0, id, write);
        }
        return switch (walker.walk(unit, tableBase(), input)) {
            case RadixWalker.Found found -> {
                keep(input, found);
                prefetch(found.level(), input);
                yield reach(found.page() | input & found.bytes() - 1, input, id, write);
            }
            case RadixWalker.NotMapped(int level, long _) -> {
                prefetch(level, input);
                yield fault(MtkLayout.FAULT_TRANSLATION, input, 0, id, write);
            }
            case RadixWalker.NoMemory _ -> walkFault(input);
        };
    }

    private Access hit(int slot, long input, int id, boolean write) {
        if ((tlb.attributes(slot) & NOTHING) != 0) {
            unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, NOT_MAPPED, unit, input, 0);
            return fault(MtkLayout.FAULT_TRANSLATION, input, 0, id, write);
        }
        long output = tlb.translate(slot, input);
        unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, unit, input, output);
        return reach(output, input, id, write);
    }

    private void keep(long input, RadixWalker.Found found) {
        tlb.fill(input, found.page(), found.bytes(), (long) number << BANK_SHIFT);
        unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, unit, input & -found.bytes(), found.page());
    }

    /** The neighbours of a page's entry are kept too, even those that map nothing. */
    private void prefetch(int level, long input) {
        if (level == 0) {
            return;
        }
        long first = input & -LINE * SMALL_PAGE;
        for (long page = first; page < first + LINE * SMALL_PAGE; page += SMALL_PAGE) {
            if (page == (input & -SMALL_PAGE) || find(page) != Iotlb.MISS) {
                continue;
            }
            switch (walker.look(tableBase(), page)) {
                case RadixWalker.Found found -> keep(page, found);
                case RadixWalker.NotMapped _ -> {
                    tlb.fill(page, 0, SMALL_PAGE, (long) number << BANK_SHIFT | NOTHING);
                    unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, NOT_MAPPED, unit, page, 0);
                }
                case RadixWalker.NoMemory _ -> {}
            }
        }
    }

    /** What comes out of the tables goes to the memory's controller, which in 4GB mode sees DRAM elsewhere. */
    private Access reach(long output, long input, int id, boolean write) {
        if (unit.mode4Gb() && output < MtkLayout.BIT_32) {
            return fault(MtkLayout.FAULT_INVALID_PA, input, output, id, write);
        }
        return pass(TRANSLATED, input, unit.atMemory(output));
    }

    private Access pass(Term how, long input, long output) {
        unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, how, unit, input, output);
        return new Access.Pass(output);
    }

    /** Latches the first fault until it is cleared, interrupts, and sends the access where it does no harm. */
    private Access fault(int status, long input, long physical, int id, boolean write) {
        if (get(Register.FAULT_ST1) == 0) {
            set(Register.MMU0_FAULT_VA, MtkLayout.faultAddress(input, physical, write));
            set(Register.MMU0_INVLD_PA, (int) physical & -(int) SMALL_PAGE);
            set(Register.MMU0_INT_ID, soc.interruptId(MtkLayout.larb(id), MtkLayout.port(id)));
        }
        set(Register.FAULT_ST1, get(Register.FAULT_ST1) | status);
        unit.machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(cause(status)), unit, input, status);
        long landing = landing(input);
        if ((get(Register.INT_MAIN_CONTROL) & status) != 0) {
            irq.raise(unit);
        }
        return pass(PROTECTED, input, landing);
    }

    // A table that is out of memory is none of the causes in FAULT_ST1, though it interrupts.
    private Access walkFault(long input) {
        unit.machine().emit(EventKind.FAULT, Lane.DMA, Term.hex("table walk"), unit, input, 0);
        long landing = landing(input);
        if ((get(Register.INT_CONTROL0) & MtkLayout.INT_TABLE_WALK) != 0) {
            irq.raise(unit);
        }
        return pass(PROTECTED, input, landing);
    }

    /** Where an access lands that cannot be translated. */
    long landing(long input) {
        long page = MtkLayout.protectedPage(get(Register.IVRP_PADDR), soc.has(Flag.HAS_LEGACY_IVRP_PADDR));
        return page | input & MtkLayout.PROTECT_BYTES - 1;
    }

    static String cause(int status) {
        return (status & MtkLayout.FAULT_TRANSLATION) != 0 ? "translation" : "invalid physical address";
    }
}
