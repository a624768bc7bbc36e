package org.iommulab.backend.riscv;

import java.util.List;
import org.iommulab.backend.riscv.RiscvContexts.None;
import org.iommulab.backend.riscv.RiscvTranslator.Outcome;
import org.iommulab.backend.riscv.RiscvTranslator.Passed;
import org.iommulab.backend.riscv.RiscvTranslator.Reached;
import org.iommulab.backend.riscv.RiscvTranslator.Refused;
import org.iommulab.backend.riscv.RiscvTranslator.Request;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * A RISC-V IOMMU: registers, device directory, first stage, what it keeps of them, command and fault queue, and the
 * registers for trying a translation out. It always has power. Second stages, process directories, ATS with its page
 * requests, tables for interrupts and counters are not modelled, and its capabilities do not name them; interrupts as
 * messages are named and not modelled, so that nobody hears of one until FCTL.WSI is set.
 */
final class RiscvUnit extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");

    private final List<InterruptLine> irqs;
    private final PhysicalMemory memory;
    private final RiscvRegisters registers;
    private final RiscvContexts contexts;
    private final RiscvTlb tlb;
    private final RiscvTranslator translator;
    private final RiscvCommands commands;
    private final RiscvFaults faults;
    /** By vector: a line that is up was to be pulled again. */
    private final LongCell edges;

    /**
     * How a unit is built.
     *
     * @param resetMode what DDTP.MODE is out of reset: 0, every access is refused, or 1, every access passes
     * @param mostLevels of the device directory
     */
    record Build(RiscvCaps caps, int resetMode, int mostLevels) {}

    /** @param irqs by vector */
    RiscvUnit(Machine machine, String name, Build build, PhysicalMemory memory, List<InterruptLine> irqs) {
        super(machine, name);
        this.irqs = List.copyOf(irqs);
        this.memory = memory;
        this.registers = new RiscvRegisters(this, build.caps(), build.resetMode(), build.mostLevels());
        this.contexts = new RiscvContexts(this, registers, memory);
        this.tlb = new RiscvTlb(machine);
        this.translator = new RiscvTranslator(this, contexts, tlb, new RiscvWalk(memory), memory);
        this.commands = new RiscvCommands(this, registers, memory, contexts, tlb);
        this.faults = new RiscvFaults(this, registers, memory);
        this.edges = new LongCell(this, Lane.HARDWARE, Term.hex("edges kept"));
    }

    @Override
    public String model() {
        return "RISC-V IOMMU";
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
        if (register == RiscvQueue.COMMAND.tail() && commands.run()) {
            tell(RiscvQueue.COMMAND);
        } else if (register == RiscvLayout.TR_REQ_CTL) {
            tryOut();
        } else if (register == RiscvLayout.IPSR) {
            tellAgain();
        }
    }

    /**
     * What stands is pending again as soon as it is acknowledged (RISC-V IOMMU specification, "Interrupt pending status
     * register"). QEMU's unit sets the bit again, too, but tells nobody.
     */
    private void tellAgain() {
        for (RiscvQueue queue : RiscvQueue.values()) {
            if (registers.stopped(queue)) {
                tell(queue);
            }
        }
    }

    /** An interrupt, unless one is pending. */
    private void tell(RiscvQueue queue) {
        int pending = registers.get32(RiscvLayout.IPSR);
        int bit = 1 << queue.interrupt();
        if ((registers.get32(queue.control()) & RiscvLayout.QUEUE_INTERRUPT) == 0 || (pending & bit) != 0) {
            return;
        }
        registers.set32(RiscvLayout.IPSR, pending | bit);
        if ((registers.get32(RiscvLayout.FCTL) & RiscvLayout.FCTL_WSI) != 0) {
            pulse(RiscvLayout.vector(registers.get(RiscvLayout.ICVEC), queue.interrupt()));
        }
    }

    /** The lines are edges. One that comes while the CPU is in the handler is kept, and calls it once more. */
    private void pulse(int vector) {
        InterruptLine irq = irqs.get(vector);
        if (irq.isRaised()) {
            edges.setQuietly(edges.get() | 1L << vector);
            return;
        }
        irq.raise(this);
        irq.lower(this);
        if ((edges.get() & 1L << vector) != 0) {
            edges.setQuietly(edges.get() & ~(1L << vector));
            irq.raise(this);
            irq.lower(this);
        }
    }

    /** A translation on request of the CPU; what goes wrong is a fault of the device that is asked about. */
    private void tryOut() {
        long control = registers.get(RiscvLayout.TR_REQ_CTL);
        if ((control & RiscvLayout.TR_GO) == 0) {
            return;
        }
        int id = (int) (control >>> RiscvLayout.TR_DID_SHIFT) & RiscvLayout.DID_MASK;
        boolean write = (control & RiscvLayout.TR_NO_WRITE) == 0;
        long input = registers.get(RiscvLayout.TR_REQ_IOVA);
        registers.set(
                RiscvLayout.TR_RESPONSE,
                switch (translator.decide(new Request(id, input, write, true))) {
                    case Passed(long output) -> RiscvLayout.ppn(output);
                    case Reached reached -> response(reached);
                    case Refused refused -> {
                        record(refused, id, input, write);
                        yield RiscvLayout.TR_FAULT;
                    }
                });
        registers.set(RiscvLayout.TR_REQ_CTL, control & ~RiscvLayout.TR_GO);
    }

    /** The size of a larger page is where the lowest 0 of the page number is. */
    private static long response(Reached reached) {
        long page = RiscvLayout.ppn(reached.output() & -reached.bytes());
        return reached.bytes() == RiscvLayout.PAGE
                ? page
                : page | RiscvLayout.TR_SUPERPAGE | RiscvLayout.ppn(reached.bytes() / 2 - RiscvLayout.PAGE);
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views();
    }

    // ---- what it does now

    /** {@inheritDoc} With a directory each device's context decides. */
    @Override
    public boolean translating() {
        return registers.directoryLevels() > 0;
    }

    /** {@inheritDoc} The directory: all other tables are a device's. */
    @Override
    public long tableBase() {
        return translating() ? registers.directory() : 0;
    }

    private static int id(DmaMaster port) {
        return port.streamId() & RiscvLayout.DID_MASK;
    }

    @Override
    public boolean translating(DmaMaster port) {
        return translator.tables(id(port)).isPresent();
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return contexts.find(id(port), false) instanceof None;
    }

    @Override
    public long tableBase(DmaMaster port) {
        return translator.tables(id(port)).map(RiscvDc::root).orElse(0L);
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.views();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    /** {@inheritDoc} The last record that the driver has not read. */
    @Override
    public String fault() {
        return faults.last()
                .map(fault ->
                        RiscvCause.of(fault.cause()).map(RiscvCause::text).orElse("unknown cause " + fault.cause())
                                + " of device " + EntryWords.hex(fault.did()) + " at " + EntryWords.hex(fault.iotval()))
                .orElse("");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return trace(0, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(id(port), input, write);
    }

    private WalkTrace trace(int id, long input, boolean write) {
        Outcome outcome = translator.decide(new Request(id, input, write, false));
        return new RiscvTrace(this, registers, memory, contexts, translator).of(outcome, id, input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        return switch (translator.decide(new Request(id(master), input, write, true))) {
            case Passed(long output) -> pass(UNTRANSLATED, input, output);
            case Reached reached -> pass(TRANSLATED, input, reached.output());
            case Refused refused -> {
                record(refused, id(master), input, write);
                yield new Access.Refused(refused.cause().text());
            }
        };
    }

    private Access pass(Term term, long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, term, this, input, output);
        return new Access.Pass(output);
    }

    /** The access ends with an error, whatever becomes of its record. */
    private void record(Refused refused, int id, long input, boolean write) {
        RiscvFault fault = RiscvFault.of(refused.cause(), id, input, write);
        Term cause = Term.hex(refused.cause().text());
        machine().emit(EventKind.FAULT, Lane.DMA, cause, this, input, fault.header());
        if (!refused.hidden() && faults.write(fault)) {
            tell(RiscvQueue.FAULT);
        }
    }
}
