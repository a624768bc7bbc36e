package org.iommulab.backend.armsmmu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** An SMMUv2: a stream is matched to an entry, and the entry lets it pass, refuses it, or sends it to a context bank. */
public final class ArmSmmuUnit extends IommuUnit implements Mmio {
    // Its real size is the implementation's.
    private static final int TLB_WAYS = 64;
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final ArmSmmuFeatures features;
    private final ArmSmmuRegisters registers;
    private final Iotlb tlb;
    private final List<HardwareBank> banks = new ArrayList<>();
    private final InterruptLine globalIrq;

    ArmSmmuUnit(Machine machine, String name, ArmSmmuFeatures features, PhysicalMemory memory) {
        super(machine, name);
        this.features = features;
        this.registers = new ArmSmmuRegisters(this, features);
        this.tlb = new Iotlb(machine, 1, TLB_WAYS, 12);
        this.globalIrq = new InterruptLine(machine, name + " global irq");
        var tables = new BankTables(memory);
        for (int i = 0; i < features.banks(); i++) {
            var irq = new InterruptLine(machine, name + " bank " + i + " irq");
            banks.add(new HardwareBank(this, registers, i, tlb, tables, irq));
        }
    }

    @Override
    public String model() {
        return "SMMUv2, " + features.matches() + " stream matches, " + features.banks() + " banks";
    }

    InterruptLine globalIrq() {
        return globalIrq;
    }

    /** The interrupt lines of the banks, by number. */
    List<InterruptLine> bankIrqs() {
        return banks.stream().map(HardwareBank::irq).toList();
    }

    // ---- registers

    @Override
    public void write32(int offset, int value) {
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        Optional<ArmSmmuRegisters.Place> place = registers.place(offset);
        if (place.isPresent()) {
            write(place.get(), value);
        } else {
            writeGlobal(offset, value);
        }
    }

    // half of a wide register keeps the other one
    private void write(ArmSmmuRegisters.Place place, int value) {
        long old = registers.get(place.register(), place.bank());
        long low = value & 0xffff_ffffL;
        long whole = !place.register().isWide()
                ? low
                : place.upperHalf() ? old & 0xffff_ffffL | low << 32 : old & -1L << 32 | low;
        banks.get(place.bank()).write(place.register(), whole);
    }

    /** {@inheritDoc} A bank's 64-bit registers are written at once. */
    @Override
    public void write64(int offset, long value) {
        Optional<ArmSmmuRegisters.Place> place =
                registers.place(offset).filter(p -> p.register().isWide() && !p.upperHalf());
        if (place.isEmpty()) {
            Mmio.super.write64(offset, value);
            return;
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value);
        banks.get(place.get().bank()).write(place.get().register(), value);
    }

    private void writeGlobal(int offset, int value) {
        switch (offset) {
            case ArmSmmuLayout.ID0,
                    ArmSmmuLayout.ID1,
                    ArmSmmuLayout.ID2,
                    ArmSmmuLayout.SGFSYNR0,
                    ArmSmmuLayout.SGFSYNR1,
                    ArmSmmuLayout.SGFSYNR2,
                    ArmSmmuLayout.STLBGSYNC,
                    ArmSmmuLayout.STLBGSTATUS -> {
                // for reading only, or done at once
            }
            case ArmSmmuLayout.SGFSR -> {
                registers.setGlobal(offset, registers.global(offset) & ~value);
                if (registers.global(offset) == 0) {
                    globalIrq.lower(this);
                }
            }
            case ArmSmmuLayout.TLBIVMID -> flushAll(HardwareBank.spaceOfVmid(value));
            case ArmSmmuLayout.TLBIALLNSNH, ArmSmmuLayout.TLBIALLH -> flushed(0, tlb.flushAll());
            default -> registers.setGlobal(offset, value);
        }
    }

    @Override
    public int read32(int offset) {
        Optional<ArmSmmuRegisters.Place> place = registers.place(offset);
        long value = place.map(p -> registers.get(p.register(), p.bank()) >>> (p.upperHalf() ? 32 : 0))
                .orElseGet(() -> (long) registers.global(offset));
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return (int) value;
    }

    @Override
    public long read64(int offset) {
        Optional<ArmSmmuRegisters.Place> place =
                registers.place(offset).filter(p -> p.register().isWide() && !p.upperHalf());
        if (place.isEmpty()) {
            return Mmio.super.read64(offset);
        }
        long value = registers.get(place.get().register(), place.get().bank());
        registers.emit(EventKind.REGISTER_READ, offset, value);
        return value;
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views();
    }

    // ---- TLB

    void flush(long address, long space) {
        flushed(address, tlb.flush(address, HardwareBank.SPACE | 1L << 32, space));
    }

    void flushAll(long space) {
        flushed(0, tlb.flushMatching(HardwareBank.SPACE | 1L << 32, space));
    }

    private void flushed(long address, int count) {
        machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, this, address, count);
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.used().stream()
                .map(s -> new TlbView(
                        s,
                        tlb.input(s),
                        tlb.output(s),
                        tlb.bytes(s),
                        Prot.letters((int) tlb.attributes(s) & 0xff),
                        tableOf(tlb.attributes(s) & (HardwareBank.SPACE | 1L << 32))))
                .toList();
    }

    // A translation belongs to the bank that has its address space now, whatever table that bank walks.
    private long tableOf(long space) {
        return banks.stream()
                .filter(b -> b.translating() && b.space() == space)
                .findFirst()
                .map(HardwareBank::tableBase)
                .orElse(-1L);
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    // ---- where a stream goes

    /** Where a stream goes. */
    sealed interface Way {}

    record Passes() implements Way {}

    /** @param cause a bit of sGFSR */
    record Faults(int cause) implements Way {}

    record ToBank(HardwareBank bank) implements Way {}

    /** The entries that match a stream. */
    List<Integer> matching(int stream) {
        var found = new ArrayList<Integer>();
        for (int i = 0; i < features.matches(); i++) {
            if (entry(i).matches(stream)) {
                found.add(i);
            }
        }
        return found;
    }

    ArmSmmuEntry entry(int index) {
        return registers.entry(index);
    }

    Way wayOf(int stream) {
        int control = registers.global(ArmSmmuLayout.SCR0);
        if ((control & ArmSmmuLayout.SCR0_CLIENTPD) != 0) {
            return new Passes();
        }
        List<Integer> matching = matching(stream);
        if (matching.isEmpty()) {
            return (control & ArmSmmuLayout.SCR0_USFCFG) != 0 ? new Faults(ArmSmmuLayout.GFSR_USF) : new Passes();
        }
        if (matching.size() > 1) {
            return new Faults(ArmSmmuLayout.GFSR_SMCF);
        }
        ArmSmmuEntry entry = entry(matching.getFirst());
        return switch (entry.type()) {
            case ArmSmmuLayout.S2CR_TRANSLATE ->
                entry.bank() < banks.size() ? new ToBank(banks.get(entry.bank())) : new Faults(ArmSmmuLayout.GFSR_UCBF);
            case ArmSmmuLayout.S2CR_BYPASS -> new Passes();
            default -> new Faults(ArmSmmuLayout.GFSR_ICF);
        };
    }

    static String words(int cause) {
        return switch (cause) {
            case ArmSmmuLayout.GFSR_USF -> "unknown stream";
            case ArmSmmuLayout.GFSR_SMCF -> "stream match conflict";
            case ArmSmmuLayout.GFSR_UCBF -> "no such context bank";
            default -> "invalid context";
        };
    }

    private Optional<HardwareBank> bankOf(DmaMaster port) {
        return wayOf(port.streamId()) instanceof ToBank(HardwareBank bank) ? Optional.of(bank) : Optional.empty();
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return (registers.global(ArmSmmuLayout.SCR0) & ArmSmmuLayout.SCR0_CLIENTPD) == 0
                && banks.stream().anyMatch(HardwareBank::translating);
    }

    @Override
    public boolean translating(DmaMaster port) {
        return bankOf(port).filter(HardwareBank::translating).isPresent();
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return wayOf(port.streamId()) instanceof Faults;
    }

    @Override
    public long tableBase() {
        return banks.stream()
                .filter(HardwareBank::translating)
                .findFirst()
                .map(HardwareBank::tableBase)
                .orElse(0L);
    }

    @Override
    public long tableBase(DmaMaster port) {
        return bankOf(port).map(HardwareBank::tableBase).orElse(0L);
    }

    @Override
    public String fault() {
        int global = registers.global(ArmSmmuLayout.SGFSR);
        if (global != 0) {
            return words(global & -global) + ", stream "
                    + EntryWords.hex(registers.global(ArmSmmuLayout.SGFSYNR1) & 0xffff);
        }
        return banks.stream()
                .filter(b -> (b.get(Register.FSR) & ArmSmmuLayout.FSR_FAULT) != 0)
                .findFirst()
                .map(b -> HardwareBank.words((int) b.get(Register.FSR) & 0x1fe) + " at "
                        + EntryWords.hex(b.get(Register.FAR)) + ", bank " + b.number())
                .orElse("");
    }

    /** {@inheritDoc} An access of stream 0. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        return new ArmSmmuTrace(this).of(0, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return new ArmSmmuTrace(this).of(port.streamId(), input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        int stream = master.streamId();
        return switch (wayOf(stream)) {
            case Passes _ -> {
                machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
                yield new Access.Pass(input);
            }
            case Faults(int cause) -> globalFault(cause, stream, input, write);
            case ToBank(HardwareBank bank) -> bank.access(stream, input, write);
        };
    }

    private Access globalFault(int cause, int stream, long input, boolean write) {
        int latched = registers.global(ArmSmmuLayout.SGFSR);
        if (latched != 0) {
            registers.setGlobal(ArmSmmuLayout.SGFSR, latched | ArmSmmuLayout.GFSR_MULTI);
        } else {
            registers.setGlobal(ArmSmmuLayout.SGFSR, cause);
            registers.setGlobal(ArmSmmuLayout.SGFSYNR0, write ? ArmSmmuLayout.GFSYNR0_WNR : 0);
            registers.setGlobal(ArmSmmuLayout.SGFSYNR1, stream & 0xffff);
        }
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(words(cause)), this, input, stream & 0xffff_ffffL);
        if ((registers.global(ArmSmmuLayout.SCR0) & ArmSmmuLayout.SCR0_GFIE) != 0) {
            globalIrq.raise(this);
        }
        return new Access.Refused(words(cause));
    }
}
