package org.iommulab.backend.armsmmuv3;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Abort;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Bad;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Stream;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Translated;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Passed;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Reached;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Refused;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Request;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WideRegisters;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * An SMMUv3: registers, stream table and context descriptors, both stages, what it keeps of them, commands and events.
 * It always has power. Page requests and ATS are not modelled: no device of the lab has them.
 */
public final class SmmuV3 extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");

    private final Wired wired;
    private final PhysicalMemory memory;
    private final SmmuV3Registers registers;
    private final SmmuV3Configs configs;
    private final SmmuV3Tlb tlb;
    private final SmmuV3Streams streams;
    private final SmmuV3Translator translator;
    private final SmmuV3EventQueue events;
    private final SmmuV3CommandQueue commands;
    private final SmmuV3Stalls stalls;

    /**
     * How it is built in.
     *
     * @param eventIrq the line that tells of events
     * @param errorIrq the line that tells of global errors
     * @param streamId the stream id with which a port's accesses arrive
     * @param saysClass whether an event says what was read when it failed
     */
    public record Wired(
            InterruptLine eventIrq, InterruptLine errorIrq, ToIntFunction<DmaMaster> streamId, boolean saysClass) {}

    public SmmuV3(Machine machine, String name, SmmuV3Idr idr, PhysicalMemory memory, Wired wired) {
        super(machine, name);
        this.wired = wired;
        this.memory = memory;
        this.registers = new SmmuV3Registers(this, idr);
        this.configs = new SmmuV3Configs(this, registers, memory);
        this.tlb = new SmmuV3Tlb(machine);
        var walk = new SmmuV3Walk(memory);
        this.streams = new SmmuV3Streams(registers, configs, walk, memory);
        this.translator = new SmmuV3Translator(this, registers, streams, tlb, walk, wired.saysClass());
        this.events = new SmmuV3EventQueue(this, registers, memory);
        this.stalls = new SmmuV3Stalls(this, this::go);
        this.commands = new SmmuV3CommandQueue(this, registers, memory, configs, tlb, stalls);
    }

    @Override
    public String model() {
        return "SMMUv3";
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        return registers.read32(offset);
    }

    @Override
    public long read64(int offset) {
        return registers.read64(offset);
    }

    @Override
    public void write32(int offset, int value) {
        written(registers.write32(offset, value));
    }

    @Override
    public void write64(int offset, long value) {
        written(registers.write64(offset, value));
    }

    private void written(int register) {
        if (register != WideRegisters.NONE && commands.run()) {
            tellError();
        }
        stalls.goOn();
    }

    private void tellError() {
        if (registers.interrupts(SmmuV3Layout.GERROR_IRQEN)) {
            pulse(wired.errorIrq());
        }
    }

    /** The lines are edges: the driver has to look at the registers until there is nothing left. */
    private void pulse(InterruptLine irq) {
        if (!irq.isRaised()) {
            irq.raise(this);
            irq.lower(this);
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views();
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return registers.enabled(SmmuV3Layout.SMMUEN);
    }

    /** {@inheritDoc} The stream table: all other tables are a stream's. */
    @Override
    public long tableBase() {
        return registers.streamTable();
    }

    int streamId(DmaMaster port) {
        return wired.streamId().applyAsInt(port);
    }

    private Stream streamOf(DmaMaster port) {
        return streams.of(streamId(port), DmaMaster.NO_PASID, false);
    }

    /** {@inheritDoc} A stream that is refused is not translated: {@link #refuses}. */
    @Override
    public boolean translating(DmaMaster port) {
        return translating() && streamOf(port) instanceof Translated;
    }

    @Override
    public boolean refuses(DmaMaster port) {
        if (!translating()) {
            return (registers.get32(SmmuV3Layout.GBPA) & SmmuV3Layout.GBPA_ABORT) != 0;
        }
        Stream stream = streamOf(port);
        return stream instanceof Abort || stream instanceof Bad;
    }

    @Override
    public long tableBase(DmaMaster port) {
        return streamOf(port) instanceof Translated translated ? translated.root() : 0;
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.views();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    /** {@inheritDoc} The last event that the driver has not read. */
    @Override
    public String fault() {
        return events.last()
                .map(event -> event.type().map(Enum::name).orElse("unknown event") + " of stream "
                        + EntryWords.hex(event.sid() & 0xffff_ffffL) + " at " + EntryWords.hex(event.address()))
                .orElse("");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return trace(0, DmaMaster.NO_PASID, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(streamId(port), DmaMaster.NO_PASID, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, int pasid, long input, boolean write) {
        return trace(streamId(port), pasid, input, write);
    }

    private WalkTrace trace(int sid, int ssid, long input, boolean write) {
        var request = new Request(sid, ssid, input, write, false);
        return new SmmuV3Trace(this, registers, memory, configs, streams, translator)
                .of(translator.decide(request), request);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        return access(master, DmaMaster.NO_PASID, input, write);
    }

    /** {@inheritDoc} A PASID is a substream. */
    @Override
    public Access access(DmaMaster master, int pasid, long input, boolean write) {
        return go(master, new Request(streamId(master), pasid, input, write, true));
    }

    private Access go(DmaMaster master, Request request) {
        long input = request.input();
        return switch (translator.decide(request)) {
            case Passed(long output) -> pass(UNTRANSLATED, input, output);
            case Reached reached -> pass(TRANSLATED, input, reached.output());
            case Refused(String cause, Optional<SmmuV3Event> event, boolean waits)
            when waits -> stalls.hold(master, request, tag -> report(cause, event.map(own -> own.ofStall(tag)), input));
            case Refused(String cause, Optional<SmmuV3Event> event, boolean _) -> {
                report(cause, event, input);
                yield new Access.Refused(cause);
            }
        };
    }

    private Access pass(Term term, long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, term, this, input, output);
        return new Access.Pass(output);
    }

    /** The access is refused or held, whatever becomes of its event. */
    private void report(String cause, Optional<SmmuV3Event> event, long input) {
        long word = event.map(SmmuV3Event::w1).orElse(0L);
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(cause), this, input, word);
        event.map(events::write).ifPresent(this::tell);
    }

    private void tell(SmmuV3EventQueue.Written written) {
        switch (written) {
            case YES -> {
                if (registers.interrupts(SmmuV3Layout.EVTQ_IRQEN)) {
                    pulse(wired.eventIrq());
                }
            }
            case NO -> {}
            case ABORTED -> {
                registers.raise(SmmuV3Layout.EVTQ_ABT_ERR);
                tellError();
            }
        }
    }
}
