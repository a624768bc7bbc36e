package org.iommulab.backend.msm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.iommulab.backend.msm.MsmLayout.Context;
import org.iommulab.backend.msm.MsmLayout.Fault;
import org.iommulab.backend.msm.MsmLayout.Global;
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
import org.iommulab.hardware.armv7s.ArmV7sEntries;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.armv7s.ArmV7sConfig;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * An IOMMU of an APQ8064: the machine id of an access chooses a context bank (M2VCBR), the bank translates or lets pass.
 * Its registers always answer: the driver's probe touches them with its clocks prepared only, so the boot loader must
 * have left those on.
 */
public final class MsmUnit extends IommuUnit implements Mmio {
    // Its real size is not known.
    private static final int TLB_WAYS = 64;
    private static final int INTERRUPTS = 2;
    private static final Term NO_CONTEXT = Term.hex("no context bank");
    private static final Term TLB_FLUSH =
            Term.of("TLB flush", "", Term.Operand.HEX, Term.Operand.DECIMAL, Term.Operand.NONE);

    private final List<InterruptLine> lines;
    private final RegisterFile registers;
    private final Iotlb tlb;
    private final RadixWalker walker;
    private final MsmLookup lookup;
    private final ArmV7sEntries words;
    private final List<MsmContext> contexts;

    /** @param contexts how many context banks there are */
    public MsmUnit(Machine machine, String name, int contexts, PhysicalMemory memory) {
        super(machine, name);
        this.lines = IntStream.range(0, INTERRUPTS)
                .mapToObj(i -> new InterruptLine(machine, name + " irq " + i))
                .toList();
        this.registers = new RegisterFile(this, registersOf(contexts));
        this.tlb = new Iotlb(machine, 1, TLB_WAYS, 12);
        var format = new ArmV7sFormat(new ArmV7sConfig(32, 32, Set.of(), false));
        this.walker = new RadixWalker(memory, format, ArmV7sFormat.LEVEL_NAMES);
        this.lookup = new MsmLookup(this, tlb, walker, format);
        this.words = new ArmV7sEntries(format);
        this.contexts = IntStream.range(0, contexts)
                .mapToObj(number -> new MsmContext(this, registers, number, lookup))
                .toList();
    }

    // Contents after reset are not known; the lab's are 0, but for IDR, which tells what the lab's unit has.
    private static List<RegisterFile.Register> registersOf(int contexts) {
        var all = new ArrayList<RegisterFile.Register>();
        for (int mid = 0; mid < MsmLayout.MIDS; mid++) {
            all.add(new RegisterFile.Register("M2VCBR" + mid, MsmLayout.machineId(mid)));
        }
        for (int context = 0; context < contexts; context++) {
            all.add(new RegisterFile.Register("CBACR" + context, MsmLayout.contextAttributes(context)));
        }
        for (Global global : Global.values()) {
            String name = global == Global.TLBIALL ? "GLOBAL_TLBIALL" : global.name();
            all.add(new RegisterFile.Register(name, global.offset(), global == Global.IDR ? identity(contexts) : 0));
        }
        for (int context = 0; context < contexts; context++) {
            for (Context register : Context.values()) {
                all.add(new RegisterFile.Register("CB" + context + "_" + register, register.in(context)));
            }
        }
        return all;
    }

    private static long identity(int contexts) {
        int idr = MsmLayout.NM2VCBMT.in(0, MsmLayout.MIDS);
        idr = MsmLayout.NCB.in(MsmLayout.HTW.in(idr, 1), contexts);
        return MsmLayout.NIRPT.in(idr, INTERRUPTS) & 0xffff_ffffL;
    }

    /** Its interrupts; each context says in IRPTNDX which one it pulls. */
    public List<InterruptLine> lines() {
        return lines;
    }

    @Override
    public String model() {
        return "MSM IOMMU v0, " + contexts.size() + " contexts";
    }

    /** The context to which a port's machine id goes now. */
    private Optional<MsmContext> contextOf(DmaMaster port) {
        int mid = port.streamId();
        if (mid < 0 || mid >= MsmLayout.MIDS) {
            return Optional.empty();
        }
        int context = MsmLayout.CBNDX.of(registers.get32(MsmLayout.machineId(mid)));
        return context < contexts.size() ? Optional.of(contexts.get(context)) : Optional.empty();
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int value = registers.get32(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        int bank = offset / MsmLayout.BANK_BYTES;
        if (offset >= 0 && bank < contexts.size()) {
            Context.at(offset % MsmLayout.BANK_BYTES)
                    .ifPresent(register -> contexts.get(bank).write(register, value));
            return;
        }
        Optional<Global> global = Global.at(offset);
        if (global.isEmpty()) {
            registers.set32(offset, value);
            signal();
            return;
        }
        switch (global.get()) {
            case TLBIALL -> flushed(lookup.flushAll());
            case TLBIVMID -> flushed(lookup.flushMachine(MsmLayout.VMID.of(value)));
            case ESRRESTORE -> registers.set32(Global.ESR.offset(), value);
            case REV, IDR -> {}
            case TLBRSW, TLBTR0, TLBTR1, TLBTR2, TESTBUSCR, CR, EAR, ESR, ESYNR0, ESYNR1, RPU_ACR ->
                registers.set32(offset, value);
        }
    }

    private void flushed(int count) {
        machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, this, 0, count);
    }

    /** Pulls each interrupt line that a context wants pulled, and lets go of the others. */
    void signal() {
        for (int i = 0; i < lines.size(); i++) {
            int line = i;
            boolean wanted =
                    contexts.stream().anyMatch(c -> c.interrupts() && MsmLayout.IRPTNDX.of(c.attributes()) == line);
            if (wanted && !lines.get(i).isRaised()) {
                lines.get(i).raise(this);
            } else if (!wanted) {
                lines.get(i).lower(this);
            }
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views((register, value) -> MsmWords.meaning(register.offset(), (int) value));
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return contexts.stream().anyMatch(MsmContext::translating);
    }

    @Override
    public boolean blocked() {
        return contexts.stream().anyMatch(MsmContext::stalled);
    }

    @Override
    public long tableBase() {
        return contexts.stream()
                .filter(MsmContext::translating)
                .findFirst()
                .map(MsmContext::tableBase)
                .orElse(0L);
    }

    @Override
    public boolean translating(DmaMaster port) {
        return contextOf(port).filter(MsmContext::translating).isPresent();
    }

    @Override
    public long tableBase(DmaMaster port) {
        return contextOf(port).map(MsmContext::tableBase).orElse(0L);
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.used().stream()
                .map(s -> new TlbView(
                        s,
                        tlb.input(s),
                        tlb.output(s),
                        tlb.bytes(s),
                        Prot.letters(MsmLookup.prot(tlb.attributes(s))),
                        tableOf(s)))
                .toList();
    }

    // A translation belongs to the context that would use it, whatever table that walks by now.
    private long tableOf(int slot) {
        return contexts.stream()
                .filter(c -> c.translating() && lookup.isOf(slot, c))
                .findFirst()
                .map(MsmContext::tableBase)
                .orElse(-1L);
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        return contexts.stream()
                .filter(c -> Fault.of(c.get(Context.FSR)).isPresent())
                .findFirst()
                .map(c -> Fault.of(c.get(Context.FSR)).orElseThrow().words() + " at "
                        + EntryWords.hex(c.get(Context.FAR) & 0xffff_ffffL) + ", context " + c.number())
                .orElse("");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return trace(
                contexts.stream().filter(MsmContext::translating).findFirst().orElse(contexts.getFirst()),
                input,
                write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(contextOf(port).orElse(contexts.getFirst()), input, write);
    }

    private WalkTrace trace(MsmContext context, long input, boolean write) {
        return new MsmTrace(this, tlb, walker, lookup, words).of(context, input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        Optional<MsmContext> context = contextOf(master);
        if (context.isEmpty()) {
            machine().emit(EventKind.FAULT, Lane.DMA, NO_CONTEXT, this, input, 0);
            return new Access.Refused("no context bank");
        }
        return context.get().access(master.streamId(), input, write);
    }
}
