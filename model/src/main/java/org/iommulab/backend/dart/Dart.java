package org.iommulab.backend.dart;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.dart.DartLayout.Build;
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
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * One DART: each stream is translated, let through, or blocked. Entries that are narrowed to a part of their page
 * (sub-page protection) are not looked at: Linux never makes one, and their unit is not known.
 */
public final class Dart extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB = Term.hex("IOTLB");
    private static final Term NOTHING = Term.hex("IOTLB: nothing is mapped");
    private static final Term TLB_MISS = Term.of("IOTLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final Build build;
    private final DartFamily family;
    private final DartFormat format;
    private final DartRegisters registers;
    private final RegisterFile file;
    private final RadixWalker walker;
    private final DartCommands commands;
    private final DartStreams streams;
    private final DartTlb tlb;
    private final DartTrace trace;
    private final InterruptLine irq;

    public Dart(Machine machine, String name, Build build, PhysicalMemory memory, InterruptLine irq) {
        super(machine, name);
        this.build = build;
        this.family = build.chip().family();
        // which bits of an address a table decides about does not depend on how wide the address is
        this.format = new DartFormat(
                build.chip().version(), 32, build.chip().version().outputBits(), build.pageShift());
        this.registers = new DartRegisters(this, build);
        this.file = registers.file();
        this.walker = new RadixWalker(memory, format, List.of("L1", "L2"));
        this.streams = new DartStreams(build, registers, format);
        this.tlb = new DartTlb(machine, build.pageShift());
        this.commands = new DartCommands(this, build, registers, tlb, irq);
        this.trace = new DartTrace(this, streams, tlb, walker, new DartEntries(format));
        this.irq = irq;
    }

    @Override
    public String model() {
        return "DART " + build.chip();
    }

    // ---- registers

    @Override
    public void write32(int offset, int value) {
        commands.write(offset, value);
    }

    @Override
    public int read32(int offset) {
        int value = file.get32(offset);
        file.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views();
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return streams.firstTranslated().isPresent();
    }

    @Override
    public boolean translating(DmaMaster port) {
        return streams.mode(port.streamId()) == DartStreams.Mode.TRANSLATE;
    }

    // what is blocked is refused, not held back
    @Override
    public boolean refuses(DmaMaster port) {
        return streams.mode(port.streamId()) == DartStreams.Mode.BLOCKED;
    }

    @Override
    public long tableBase() {
        return streams.firstTranslated().stream()
                .mapToLong(streams::firstTable)
                .findFirst()
                .orElse(0);
    }

    @Override
    public long tableBase(DmaMaster port) {
        return translating(port) ? streams.firstTable(port.streamId()) : 0;
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.views(streams::firstTable);
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        int status = file.get32(family.error());
        if (!DartFamily.isFault(status)) {
            return "";
        }
        String what =
                family.faultOf(family.codeOf(status)).map(DartFault::words).orElse("unknown");
        return what + " at " + EntryWords.hex(latchedAddress()) + ", stream " + family.streamOf(status);
    }

    private long latchedAddress() {
        return file.getUnsigned(family.errorAddressHigh()) << 32 | file.getUnsigned(family.errorAddressLow());
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return trace.of(streams.firstTranslated().orElse(0), input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace.of(port.streamId(), input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        int stream = master.streamId();
        return switch (streams.mode(stream)) {
            // that a blocked access is latched as one without a table is a guess; it is refused in any case
            case BLOCKED -> fault(stream, DartFault.NO_TTBR, input);
            case BYPASS -> {
                machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
                yield new Access.Pass(input);
            }
            case TRANSLATE -> translate(stream, input, write);
        };
    }

    private Access translate(int stream, long input, boolean write) {
        int slot = tlb.find(stream, input);
        DartTlb.Outcome outcome = slot == Iotlb.MISS ? walk(stream, input) : hit(slot, input);
        return switch (outcome) {
            case DartTlb.Nothing(DartFault cause) -> fault(stream, cause, input);
            case DartTlb.Page(long page, int prot) -> {
                if (!DartWalker.allows(prot, write)) {
                    yield fault(stream, DartWalker.denial(write), input);
                }
                long output = page | input & format.pageBytes() - 1;
                machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, input, output);
                yield new Access.Pass(output);
            }
        };
    }

    private DartTlb.Outcome hit(int slot, long input) {
        DartTlb.Outcome known = tlb.get(slot);
        switch (known) {
            case DartTlb.Page(long page, int _) ->
                machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, this, input, page | input & format.pageBytes() - 1);
            case DartTlb.Nothing _ -> machine().emit(EventKind.TLB_HIT, Lane.DMA, NOTHING, this, input, 0);
        }
        return known;
    }

    private DartTlb.Outcome walk(int stream, long input) {
        machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, this, input, 4);
        Optional<Long> base = streams.table(stream, input);
        if (base.isEmpty()) {
            return new DartTlb.Nothing(DartFault.NO_TTBR);
        }
        DartTlb.Outcome found = DartWalker.outcome(walker.walk(this, base.get(), input));
        tlb.fill(stream, input, found);
        long first = input & -format.pageBytes();
        switch (found) {
            case DartTlb.Page(long page, int _) -> machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, this, first, page);
            case DartTlb.Nothing _ -> machine().emit(EventKind.TLB_FILL, Lane.DMA, NOTHING, this, first, 0);
        }
        return found;
    }

    /** Latches the first fault until the handler has written ERROR back; later ones are dropped. */
    private Access fault(int stream, DartFault cause, long input) {
        int status = family.status(stream, cause);
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(cause.words()), this, input, status & 0xffff_ffffL);
        if (!DartFamily.isFault(file.get32(family.error()))) {
            file.set32(family.error(), status);
            file.set32(family.errorAddressLow(), (int) input);
            file.set32(family.errorAddressHigh(), (int) (input >>> 32));
            if (family == DartFamily.T8110 && stream >= 0 && stream < build.streams()) {
                int word = DartLayout.ERROR_STREAMS + stream / 32 * 4;
                file.set32(word, file.get32(word) | 1 << stream % 32);
            }
            boolean masked = (file.get32(DartLayout.ERROR_MASK) & family.codeOf(status)) != 0;
            if (family == DartFamily.T8020 || !masked) {
                irq.raise(this);
            }
        }
        return new Access.Refused(cause.words());
    }
}
