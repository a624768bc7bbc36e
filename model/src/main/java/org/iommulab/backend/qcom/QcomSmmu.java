package org.iommulab.backend.qcom;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.iommulab.backend.qcom.QcomLayout.Fault;
import org.iommulab.backend.qcom.QcomLayout.Register;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.lpae.LpaeEntries;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * An SMMU of which the normal world has the context banks only. Which port goes to which bank was written into stream
 * match and S2CR registers by the firmware and is fixed; a port's stream id here is its bank. Without clocks, registers
 * do not answer and accesses wait; content of registers stays.
 */
public final class QcomSmmu extends IommuUnit implements Mmio {
    // Its real size is not known.
    private static final int TLB_WAYS = 64;
    private static final int ASID_SHIFT = 8;
    private static final Term NO_CLOCK = Term.hex("no clock");
    private static final Term NO_BANK = Term.hex("no context bank");

    private final List<ContextBank> banks = new ArrayList<>();
    private final List<InterruptLine> lines = new ArrayList<>();
    private final RegisterFile registers;
    private final Iotlb tlb;
    private final RadixWalker walker;
    private final LpaeEntries words;
    private final BooleanSupplier clocked;

    /**
     * @param numbers the context banks that there are
     * @param globals where the global registers are, from the start of the window; empty when they are not reachable
     * @param clocked whether all its clocks run
     */
    public QcomSmmu(
            Machine machine,
            String name,
            List<Integer> numbers,
            Optional<Integer> globals,
            PhysicalMemory memory,
            BooleanSupplier clocked) {
        super(machine, name);
        this.clocked = clocked;
        this.registers = new RegisterFile(this, registersOf(numbers, globals));
        this.tlb = new Iotlb(machine, 1, TLB_WAYS, 12);
        LpaeFormat format = formatOfHardware();
        this.walker = new RadixWalker(memory, format, format.levelNames());
        this.words = new LpaeEntries(format);
        for (int number : numbers) {
            var irq = new InterruptLine(machine, name + " bank " + number + " irq");
            lines.add(irq);
            banks.add(new ContextBank(this, registers, number, tlb, walker, irq));
        }
    }

    /** What the walker reads: pages and blocks, whatever the driver makes of them. */
    private static LpaeFormat formatOfHardware() {
        long sizes = 1L << 12 | 1L << 21 | 1L << 30;
        return LpaeFormat.of(new LpaeConfig(LpaeVariant.ARM_32_S1, 32, 40, sizes, Set.of(), false))
                .orElseThrow();
    }

    private static List<RegisterFile.Register> registersOf(List<Integer> numbers, Optional<Integer> globals) {
        var all = new ArrayList<RegisterFile.Register>();
        for (int number : numbers) {
            for (Register register : Register.values()) {
                all.add(new RegisterFile.Register("CB" + number + "_" + register, register.in(number)));
            }
        }
        globals.ifPresent(g -> all.add(new RegisterFile.Register("SMMU_INTR_SEL_NS", g + QcomLayout.SMMU_INTR_SEL_NS)));
        return all;
    }

    /** The interrupt lines of the banks, in the order in which they were given. */
    public List<InterruptLine> lines() {
        return List.copyOf(lines);
    }

    @Override
    public String model() {
        return "MSM IOMMU v1, banks "
                + String.join(" ", banks.stream().map(b -> "" + b.number()).toList());
    }

    private Optional<ContextBank> bank(int number) {
        return banks.stream().filter(b -> b.number() == number).findFirst();
    }

    // ---- registers

    @Override
    public void write32(int offset, int value) {
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        if (!clocked.getAsBoolean()) {
            return;
        }
        Optional<ContextBank> bank = bank(offset / QcomLayout.BANK_BYTES);
        Optional<Register> register = Register.at(offset % QcomLayout.BANK_BYTES);
        if (offset >= 0 && bank.isPresent() && register.isPresent()) {
            bank.get().write(register.get(), value);
        } else {
            registers.set32(offset, value);
        }
    }

    @Override
    public int read32(int offset) {
        int value = clocked.getAsBoolean() ? registers.get32(offset) : 0;
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views((register, value) -> {
            Optional<ContextBank> bank = bank(register.offset() / QcomLayout.BANK_BYTES);
            Optional<Register> which = Register.at(register.offset() % QcomLayout.BANK_BYTES);
            return bank.isPresent() && which.isPresent() ? meaning(bank.get(), which.get(), (int) value) : "";
        });
    }

    private static String meaning(ContextBank bank, Register register, int value) {
        return switch (register) {
            case SCTLR -> (value & QcomLayout.SCTLR_M) != 0 ? "enabled" : "disabled: pass-through";
            case TTBR0 -> value == 0 ? "" : "table at " + EntryWords.hex(bank.tableBase());
            case TTBR0_HI -> value == 0 ? "" : "ASID " + bank.asid();
            case FSR -> Fault.of(value).map(Fault::words).orElse("");
            case RESUME, TCR2, TTBR1, TTBR1_HI, TCR, S1_MAIR0, S1_MAIR1, FAR, FAR_HI, FSYNR0 -> "";
            case S1_TLBIVA, S1_TLBIASID, S1_TLBIVAL, TLBSYNC, TLBSTATUS -> "";
        };
    }

    // ---- what it does now

    // it is never without power: the rail stays on, only clocks are gated

    @Override
    public boolean translating() {
        return banks.stream().anyMatch(ContextBank::translating);
    }

    @Override
    public boolean blocked() {
        return banks.stream().anyMatch(ContextBank::stalled);
    }

    @Override
    public long tableBase() {
        return banks.stream()
                .filter(ContextBank::translating)
                .findFirst()
                .map(ContextBank::tableBase)
                .orElse(0L);
    }

    @Override
    public boolean translating(DmaMaster port) {
        return bank(port.streamId()).filter(ContextBank::translating).isPresent();
    }

    @Override
    public long tableBase(DmaMaster port) {
        return bank(port.streamId()).map(ContextBank::tableBase).orElse(0L);
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
                        tableOf(tlb.attributes(s) >>> ASID_SHIFT)))
                .toList();
    }

    // A translation belongs to the bank whose TTBR0 has its ASID, whatever table that bank walks by now.
    private long tableOf(long asid) {
        return banks.stream()
                .filter(b -> b.translating() && b.asid() == asid)
                .findFirst()
                .map(ContextBank::tableBase)
                .orElse(-1L);
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        return banks.stream()
                .filter(b -> Fault.of(b.get(Register.FSR)).isPresent())
                .findFirst()
                .map(b -> Fault.of(b.get(Register.FSR)).orElseThrow().words() + " at "
                        + EntryWords.hex(b.get(Register.FAR) & 0xffff_ffffL) + ", bank " + b.number())
                .orElse("");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        ContextBank first =
                banks.stream().filter(ContextBank::translating).findFirst().orElse(banks.getFirst());
        return trace(first, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(bank(port.streamId()).orElse(banks.getFirst()), input, write);
    }

    private WalkTrace trace(ContextBank bank, long input, boolean write) {
        return new QcomTrace(this, tlb, walker, words).of(bank, input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        Optional<ContextBank> bank = bank(master.streamId());
        if (bank.isEmpty()) {
            machine().emit(EventKind.FAULT, Lane.DMA, NO_BANK, this, input, 0);
            return new Access.Refused("no context bank");
        }
        if (!clocked.getAsBoolean()) {
            machine().emit(EventKind.FAULT, Lane.DMA, NO_CLOCK, this, input, 0);
            return new Access.Held();
        }
        return bank.get().access(input, write);
    }
}
