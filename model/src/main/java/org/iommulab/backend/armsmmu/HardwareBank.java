package org.iommulab.backend.armsmmu;

import java.util.Optional;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** One context bank in hardware: a table and a fault at a time. */
final class HardwareBank {
    /** In a TLB entry's attributes, above the permissions: the ASID or, for stage 2, the VMID. */
    static final int SPACE_SHIFT = 16;

    static final long SPACE = 0x1_ffffL << SPACE_SHIFT;
    private static final long STAGE_TWO = 1L << 32;
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final long TABLE = 0xffff_ffff_ffffL;

    private final ArmSmmuUnit unit;
    private final ArmSmmuRegisters registers;
    private final int number;
    private final Iotlb tlb;
    private final BankTables tables;
    private final InterruptLine irq;

    HardwareBank(
            ArmSmmuUnit unit, ArmSmmuRegisters registers, int number, Iotlb tlb, BankTables tables, InterruptLine irq) {
        this.unit = unit;
        this.registers = registers;
        this.number = number;
        this.tlb = tlb;
        this.tables = tables;
        this.irq = irq;
    }

    int number() {
        return number;
    }

    InterruptLine irq() {
        return irq;
    }

    long get(Register register) {
        return registers.get(register, number);
    }

    // ---- what its registers say

    boolean translating() {
        return (get(Register.SCTLR) & ArmSmmuLayout.SCTLR_M) != 0;
    }

    private int kind() {
        return registers.cbar(number) >>> ArmSmmuLayout.CBAR_TYPE_SHIFT & 3;
    }

    private boolean isStageTwo() {
        return kind() == ArmSmmuLayout.CBAR_S2;
    }

    private boolean isWide() {
        return (registers.cba2r(number) & ArmSmmuLayout.CBA2R_VA64) != 0;
    }

    /** Its address space: the ASID in TTBR0, or the VMID in CBAR. */
    long space() {
        return isStageTwo()
                ? STAGE_TWO | (long) (registers.cbar(number) & ArmSmmuLayout.CBAR_VMID) << SPACE_SHIFT
                : (get(Register.TTBR0) >>> ArmSmmuLayout.TTBR_ASID_SHIFT & 0xff) << SPACE_SHIFT;
    }

    static long spaceOfAsid(long asid) {
        return (asid & 0xff) << SPACE_SHIFT;
    }

    static long spaceOfVmid(long vmid) {
        return STAGE_TWO | (vmid & 0xff) << SPACE_SHIFT;
    }

    long tableBase() {
        return get(Register.TTBR0) & TABLE & -32;
    }

    Optional<BankTables.Tables> tables() {
        int tcr = (int) get(Register.TCR);
        LpaeVariant variant = isWide()
                ? isStageTwo() ? LpaeVariant.ARM_64_S2 : LpaeVariant.ARM_64_S1
                : isStageTwo() ? LpaeVariant.ARM_32_S2 : LpaeVariant.ARM_32_S1;
        int bits = isWide() ? 64 - (tcr & ArmSmmuLayout.TCR_T0SZ) : isStageTwo() ? 40 : 32 - (tcr & 7);
        return tables.of(variant, bits, isWide() ? tcr >>> ArmSmmuLayout.TCR_TG0_SHIFT & 3 : 0);
    }

    int find(long input) {
        return tlb.find(input, SPACE | STAGE_TWO, space());
    }

    // ---- the CPU writes

    void write(Register register, long value) {
        switch (register) {
            case FSR -> clearFaults((int) value);
            case S1_TLBIVA, S1_TLBIVAL -> {
                long address = isWide() ? (value & 0xfff_ffff_ffffL) << 12 : value & 0xffff_f000L;
                long asid = isWide() ? value >>> ArmSmmuLayout.TTBR_ASID_SHIFT : value & 0xff;
                unit.flush(address, spaceOfAsid(asid));
            }
            case S1_TLBIASID -> unit.flushAll(spaceOfAsid(value));
            case S2_TLBIIPAS2, S2_TLBIIPAS2L -> unit.flush((value & 0xf_ffff_ffffL) << 12, space());
            // Invalidations take no time here, so a sync finds nothing to wait for.
            case TLBSYNC, TLBSTATUS -> {}
            case SCTLR, TCR2, TTBR0, TTBR1, TCR, S1_MAIR0, S1_MAIR1, FAR, FSYNR0 ->
                registers.set(register, number, value);
        }
    }

    private void clearFaults(int value) {
        int left = (int) get(Register.FSR) & ~value;
        registers.set(Register.FSR, number, left & 0xffff_ffffL);
        if ((left & ArmSmmuLayout.FSR_FAULT) == 0) {
            irq.lower(unit);
        }
    }

    // ---- DMA

    /** What a look-up comes to: an address, or a fault at a level of ARM's numbering. */
    sealed interface Outcome {}

    /** @param prot what the leaf permits */
    record Reached(long output, long bytes, int prot) implements Outcome {}

    record Failed(int cause, int level) implements Outcome {}

    Access access(int stream, long input, boolean write) {
        if (!translating()) {
            unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, unit, input, input);
            return new Access.Pass(input);
        }
        return switch (look(input, write, true)) {
            case Reached reached -> {
                unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, unit, input, reached.output());
                yield new Access.Pass(reached.output());
            }
            case Failed failed -> fault(failed, stream, input, write);
        };
    }

    /** @param forReal whether the TLB is filled and events are written */
    Outcome look(long input, boolean write, boolean forReal) {
        int slot = find(input);
        if (slot != Iotlb.MISS) {
            return hit(slot, input, write, forReal);
        }
        if (forReal) {
            unit.machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, unit, input, 4);
        }
        Optional<BankTables.Tables> how = tables();
        if (how.isEmpty() || !how.get().holds(input)) {
            return new Failed(
                    ArmSmmuLayout.FSR_TF, how.map(h -> h.format().startLevel()).orElse(0));
        }
        RadixWalker walker = how.get().walker();
        int top = how.get().format().startLevel();
        RadixWalker.Result result = forReal ? walker.walk(unit, tableBase(), input) : walker.look(tableBase(), input);
        return switch (result) {
            case RadixWalker.NotMapped(int level, long _) -> new Failed(ArmSmmuLayout.FSR_TF, top + level);
            case RadixWalker.NoMemory(int level, long _) -> new Failed(ArmSmmuLayout.FSR_EF, top + level);
            case RadixWalker.Found found -> found(found, top, input, write, forReal);
        };
    }

    private Outcome hit(int slot, long input, boolean write, boolean forReal) {
        long output = tlb.translate(slot, input);
        if (forReal) {
            unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, unit, input, output);
        }
        int prot = (int) tlb.attributes(slot) & 0xff;
        int refused = refusal(prot, write);
        return refused != 0 ? new Failed(refused, 3) : new Reached(output, tlb.bytes(slot), prot);
    }

    private Outcome found(RadixWalker.Found found, int top, long input, boolean write, boolean forReal) {
        int refused = refusal(found.prot(), write);
        if (refused != 0) {
            return new Failed(refused, top + found.level());
        }
        if (forReal) {
            tlb.fill(input, found.page(), found.bytes(), found.prot() | space());
            unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, unit, input & -found.bytes(), found.page());
        }
        return new Reached(found.page() | input & found.bytes() - 1, found.bytes(), found.prot());
    }

    /** Masters here are unprivileged. A page of stage 1 that cannot even be read has no access flag. */
    private int refusal(int prot, boolean write) {
        boolean readable = (prot & Prot.READ) != 0;
        if (!isStageTwo() && !readable) {
            return ArmSmmuLayout.FSR_AFF;
        }
        boolean refused = write ? (prot & Prot.WRITE) == 0 : !readable;
        return refused || (prot & Prot.PRIV) != 0 ? ArmSmmuLayout.FSR_PF : 0;
    }

    static String words(int cause) {
        return switch (cause) {
            case ArmSmmuLayout.FSR_TF -> "translation fault";
            case ArmSmmuLayout.FSR_AFF -> "access flag fault";
            case ArmSmmuLayout.FSR_PF -> "permission fault";
            default -> "external fault";
        };
    }

    /** Latches the fault, or only MULTI when one is latched already, and interrupts the CPU. */
    private Access fault(Failed failed, int stream, long input, boolean write) {
        int fsr = (int) get(Register.FSR);
        if ((fsr & ArmSmmuLayout.FSR_FAULT) != 0) {
            registers.set(Register.FSR, number, (fsr | ArmSmmuLayout.FSR_MULTI) & 0xffff_ffffL);
        } else {
            int format = isWide() ? 2 : 1;
            registers.set(Register.FSR, number, format << ArmSmmuLayout.FSR_FORMAT_SHIFT | failed.cause());
            registers.set(Register.FAR, number, input);
            int syndrome = (write ? ArmSmmuLayout.FSYNR0_WNR : 0) | failed.level() & ArmSmmuLayout.FSYNR0_PLVL;
            registers.set(Register.FSYNR0, number, syndrome);
            registers.setStreamOfFault(number, stream);
        }
        String words = words(failed.cause());
        unit.machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(words), unit, input, get(Register.FSR));
        if ((get(Register.SCTLR) & ArmSmmuLayout.SCTLR_CFIE) != 0) {
            irq.raise(unit);
        }
        return new Access.Refused(words);
    }
}
