package org.iommulab.backend.ipmmu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.ipmmu.IpmmuLayout.Fault;
import org.iommulab.backend.ipmmu.IpmmuLayout.Generation;
import org.iommulab.backend.ipmmu.IpmmuLayout.Register;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * One IPMMU: a root, a leaf, or both. A micro-TLB that is off lets accesses pass untranslated; one that is on names a
 * context of the root. Where that context is off, accesses are refused (what real hardware does then is not known).
 */
public final class Ipmmu extends IommuUnit implements Mmio {
    // A micro-TLB's real size is not known.
    private static final int TLB_WAYS = 32;
    private static final int MICRO_SHIFT = 12;
    private static final long MICRO = 0xffL << MICRO_SHIFT;
    private static final long CONTEXT = 0xf00;
    private static final int CONTEXT_SHIFT = 8;

    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB = Term.hex("micro-TLB");
    private static final Term TLB_MISS = Term.of("micro-TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TLB_FLUSH = Term.of("flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term CONTEXT_OFF = Term.hex("context is off");

    private final Generation generation;
    private final Optional<Ipmmu> root;
    private final List<Integer> wired;
    private final RegisterFile registers;
    private final Optional<IpmmuContexts> own;
    private final Iotlb tlb;

    /**
     * @param root the unit whose contexts its micro-TLBs use; empty for one that has contexts itself
     * @param wired the micro-TLBs that have masters
     * @param irq the root's interrupt; a leaf's is never raised
     */
    public Ipmmu(
            Machine machine,
            String name,
            Generation generation,
            Optional<Ipmmu> root,
            List<Integer> wired,
            PhysicalMemory memory,
            InterruptLine irq) {
        super(machine, name);
        this.generation = generation;
        this.root = root;
        this.wired = List.copyOf(wired);
        this.registers = new RegisterFile(this, registersOf(generation, root.isEmpty(), wired));
        this.own = root.isPresent()
                ? Optional.empty()
                : Optional.of(new IpmmuContexts(this, generation, registers, memory, irq));
        this.tlb = new Iotlb(machine, 1, TLB_WAYS, 12);
    }

    private static List<RegisterFile.Register> registersOf(Generation generation, boolean root, List<Integer> wired) {
        var all = new ArrayList<RegisterFile.Register>();
        for (int context = 0; context < generation.contexts(); context++) {
            for (Register register : root ? Register.values() : new Register[] {Register.IMCTR}) {
                all.add(new RegisterFile.Register(
                        register + " of context " + context, generation.offset(register, context)));
            }
        }
        for (int micro : wired) {
            all.add(new RegisterFile.Register("IMUCTR" + micro, generation.control(micro)));
            all.add(new RegisterFile.Register("IMUASID" + micro, generation.asid(micro)));
        }
        return all;
    }

    private IpmmuContexts contexts() {
        return own.orElseGet(() -> root.orElseThrow().contexts());
    }

    @Override
    public String model() {
        String role = own.isEmpty() ? "leaf" : generation.hasLeaves() ? "root" : "root and leaf";
        return "IPMMU Gen" + generation.number() + ", " + role;
    }

    // ---- registers

    @Override
    public void write32(int offset, int value) {
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        for (int context = 0; context < generation.contexts(); context++) {
            if (offset == generation.offset(Register.IMCTR, context)) {
                writeControl(context, value);
                return;
            }
            if (own.isPresent() && offset == generation.offset(Register.IMSTR, context)) {
                own.get().writeStatus(context, value);
                return;
            }
        }
        for (int micro : wired) {
            if (offset == generation.control(micro)) {
                writeMicroTlb(micro, value);
                return;
            }
        }
        registers.set32(offset, value);
    }

    // A flush is done at once here, so that the bit never reads as 1.
    private void writeControl(int context, int value) {
        registers.set32(generation.offset(Register.IMCTR, context), value & ~IpmmuLayout.IMCTR_FLUSH);
        if ((value & IpmmuLayout.IMCTR_FLUSH) != 0) {
            int dropped = tlb.flushMatching(CONTEXT, (long) context << CONTEXT_SHIFT);
            dropped += own.map(c -> c.flush(context)).orElse(0);
            machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, this, context, dropped);
        }
    }

    private void writeMicroTlb(int micro, int value) {
        registers.set32(generation.control(micro), value & ~IpmmuLayout.IMUCTR_FLUSH);
        if ((value & IpmmuLayout.IMUCTR_FLUSH) != 0) {
            int dropped = tlb.flushMatching(MICRO, (long) micro << MICRO_SHIFT);
            machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, this, micro, dropped);
        }
    }

    @Override
    public int read32(int offset) {
        int value = registers.get32(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    /** Contexts and micro-TLBs that were never touched are left out: there are many. */
    @Override
    public List<RegisterView> registers() {
        return registers.views(this::meaning).stream()
                .filter(r -> r.value() != 0 || r.name().startsWith("IMUCTR"))
                .toList();
    }

    private String meaning(RegisterFile.Register register, long value) {
        if (register.name().startsWith("IMUCTR")) {
            return (value & IpmmuLayout.IMUCTR_MMUEN) == 0
                    ? "off: pass-through"
                    : "context " + (value >>> IpmmuLayout.IMUCTR_TTSEL_SHIFT & 15);
        }
        if (register.name().startsWith("IMCTR")) {
            return (value & IpmmuLayout.IMCTR_MMUEN) != 0 ? "on" : "off";
        }
        for (int context : own.map(IpmmuContexts::on).orElse(List.of())) {
            if (register.offset() == generation.offset(Register.IMTTLBR0, context)) {
                return "table at " + EntryWords.hex(contexts().tableBase(context));
            }
        }
        return "";
    }

    // ---- what it does now

    /** The context that a micro-TLB uses; empty when it is off, or when no such micro-TLB has a master. */
    private Optional<Integer> context(int micro) {
        int control = wired.contains(micro) ? registers.get32(generation.control(micro)) : 0;
        return (control & IpmmuLayout.IMUCTR_MMUEN) == 0
                ? Optional.empty()
                : Optional.of(control >>> IpmmuLayout.IMUCTR_TTSEL_SHIFT & 15);
    }

    @Override
    public boolean translating() {
        return own.map(c -> !c.on().isEmpty()).orElse(false)
                || wired.stream()
                        .anyMatch(m -> context(m).filter(contexts()::isOn).isPresent());
    }

    @Override
    public long tableBase() {
        return own.flatMap(c -> c.on().stream().findFirst().map(c::tableBase))
                .or(() -> wired.stream()
                        .flatMap(m -> context(m).stream())
                        .findFirst()
                        .map(contexts()::tableBase))
                .orElse(0L);
    }

    @Override
    public boolean translating(DmaMaster port) {
        return context(port.streamId()).filter(contexts()::isOn).isPresent();
    }

    @Override
    public long tableBase(DmaMaster port) {
        return context(port.streamId())
                .filter(contexts()::isOn)
                .map(contexts()::tableBase)
                .orElse(0L);
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return context(port.streamId()).filter(c -> !contexts().isOn(c)).isPresent();
    }

    @Override
    public List<TlbView> tlb() {
        var views =
                new ArrayList<>(tlb.used().stream().map(s -> view(tlb, s, s)).toList());
        own.ifPresent(c -> c.tlb().used().forEach(s -> views.add(view(c.tlb(), s, tlb.size() + s))));
        return views;
    }

    private TlbView view(Iotlb cache, int slot, int shown) {
        long attributes = cache.attributes(slot);
        long table = contexts().tableBase(IpmmuContexts.contextOf(attributes));
        String letters = Prot.letters((int) attributes & 0xff);
        return new TlbView(shown, cache.input(slot), cache.output(slot), cache.bytes(slot), letters, table);
    }

    @Override
    public int tlbSlots() {
        return tlb.size() + own.map(c -> c.tlb().size()).orElse(0);
    }

    @Override
    public String fault() {
        return own.map(IpmmuContexts::fault).orElse("");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        int first = wired.stream()
                .flatMap(m -> context(m).stream())
                .findFirst()
                .or(() -> contexts().on().stream().findFirst())
                .orElse(0);
        return walk(Optional.of(first).filter(contexts()::isOn), "miss", Optional.empty(), input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        Optional<Integer> context = context(port.streamId());
        if (context.filter(c -> !contexts().isOn(c)).isPresent()) {
            return new WalkTrace(
                    id(), input, write, fields(input, 1), "off", List.of(), new Verdict.Refused("context is off"));
        }
        int slot = context.map(c -> find(port.streamId(), c, input)).orElse(Iotlb.MISS);
        Optional<Verdict> cached = slot == Iotlb.MISS
                ? Optional.empty()
                : Optional.of(IpmmuContexts.reached(
                        tlb.translate(slot, input), tlb.bytes(slot), (int) tlb.attributes(slot) & 0xff, write));
        return walk(context, cached.isPresent() ? "hit" : "miss", cached, input, write);
    }

    private WalkTrace walk(
            Optional<Integer> context, String inTlb, Optional<Verdict> cached, long input, boolean write) {
        var levels = new ArrayList<WalkTrace.Level>();
        if (context.isEmpty()) {
            return new WalkTrace(id(), input, write, fields(input, 3), "off", levels, new Verdict.Untranslated(input));
        }
        Verdict walked = contexts().picture(context.get(), input, write, levels);
        return new WalkTrace(id(), input, write, fields(input, levels.size()), inTlb, levels, cached.orElse(walked));
    }

    private static List<org.iommulab.hardware.BitField> fields(long input, int levels) {
        int last = Math.max(1, levels) - 1;
        return IpmmuContexts.words().address(input, last, 1L << IpmmuLayout.FORMAT.indexShift(last));
    }

    // ---- DMA

    private int find(int micro, int context, long input) {
        return tlb.find(input, MICRO | CONTEXT, (long) micro << MICRO_SHIFT | (long) context << CONTEXT_SHIFT);
    }

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        int micro = master.streamId();
        Optional<Integer> selected = context(micro);
        if (selected.isEmpty()) {
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
            return new Access.Pass(input);
        }
        int context = selected.get();
        if (!contexts().isOn(context)) {
            machine().emit(EventKind.FAULT, Lane.DMA, CONTEXT_OFF, this, input, 0);
            return new Access.Refused("context is off");
        }
        int slot = find(micro, context, input);
        if (slot != Iotlb.MISS) {
            machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, this, input, tlb.translate(slot, input));
            return checked(context, tlb.translate(slot, input), (int) tlb.attributes(slot) & 0xff, input, write);
        }
        machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, this, input, 4);
        return switch (contexts().translate(context, input)) {
            case IpmmuContexts.Failed(Fault cause) -> fault(context, cause, input);
            case IpmmuContexts.Reached(long page, long bytes, int prot) -> {
                tlb.fill(input, page, bytes, prot | (long) context << CONTEXT_SHIFT | (long) micro << MICRO_SHIFT);
                machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, this, input & -bytes, page);
                yield checked(context, page | input & bytes - 1, prot, input, write);
            }
        };
    }

    private Access checked(int context, long output, int prot, long input, boolean write) {
        if (IpmmuContexts.refuses(prot, write)) {
            return fault(context, Fault.PERMISSION, input);
        }
        machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, input, output);
        return new Access.Pass(output);
    }

    private Access fault(int context, Fault cause, long input) {
        contexts().fault(context, cause, input);
        return new Access.Refused(cause.words());
    }
}
