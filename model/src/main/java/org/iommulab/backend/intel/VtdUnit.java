package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.backend.intel.VtdTranslator.Invalid;
import org.iommulab.backend.intel.VtdTranslator.Nested;
import org.iommulab.backend.intel.VtdTranslator.Refused;
import org.iommulab.backend.intel.VtdTranslator.Request;
import org.iommulab.backend.intel.VtdTranslator.Tables;
import org.iommulab.backend.intel.VtdTranslator.Translated;
import org.iommulab.backend.intel.VtdTranslator.Untranslated;
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
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * A VT-d remapping unit: registers, root and context tables, PASID tables, second-level and first-level walks, what it
 * keeps of them, the invalidation queue and the fault records. It always has power. A requester id is a port's first cell.
 */
public final class VtdUnit extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");

    private final InterruptLine irq;
    private final PhysicalMemory memory;
    private final VtdRegisters registers;
    private final VtdContextTable contexts;
    private final VtdPasidTable pasids;
    private final VtdTlb tlb;
    private final VtdInvalidation invalidation;
    private final VtdTranslator translator;
    private final VtdFaultLog faults;
    private final VtdQueue queue;

    /** @param version what VER says: bits 7:4 major, 3:0 minor */
    public VtdUnit(Machine machine, String name, VtdCaps caps, int version, PhysicalMemory memory, InterruptLine irq) {
        super(machine, name);
        this.irq = irq;
        this.memory = memory;
        this.registers = new VtdRegisters(this, caps, version);
        this.contexts = new VtdContextTable(this, registers, memory);
        this.pasids = new VtdPasidTable(this, registers, memory);
        this.tlb = new VtdTlb(machine);
        this.invalidation = new VtdInvalidation(this, contexts, pasids, tlb);
        this.translator = new VtdTranslator(this, registers, contexts, pasids, tlb, memory);
        this.faults = new VtdFaultLog(this, registers);
        this.queue = new VtdQueue(this, registers, memory, invalidation);
    }

    /** It translates already when the machine starts, with this root table. */
    void leaveOn(long root) {
        registers.leftOn(root);
    }

    @Override
    public String model() {
        return "Intel VT-d";
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int register = registers.register(offset & ~3);
        long content = registers.get(register);
        int value = (offset & 3) != 0 ? 0 : (int) (register == offset ? content : content >>> 32);
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public long read64(int offset) {
        long value = registers.get(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        int register = registers.register(offset & ~3);
        if ((offset & 3) != 0 || !registers.has(register)) {
            return;
        }
        if (!VtdLayout.isWide(registers.caps(), register)) {
            written(register, value & 0xffff_ffffL);
        } else {
            int shift = register == offset ? 0 : 32;
            // bits of the other half stay; in a fault record they are not written at all
            long other = faults.holds(register) ? 0 : registers.get(register) & ~(0xffff_ffffL << shift);
            written(register, other | (value & 0xffff_ffffL) << shift);
        }
    }

    @Override
    public void write64(int offset, long value) {
        registers.emit(EventKind.REGISTER_WRITE, offset, value);
        if (registers.has(offset)) {
            written(offset, value);
        }
    }

    private void written(int register, long value) {
        switch (register) {
            case VtdLayout.VER, VtdLayout.CAP, VtdLayout.ECAP, VtdLayout.GSTS, VtdLayout.IQH, VtdLayout.IQER -> {}
            case VtdLayout.GCMD -> command(value);
            case VtdLayout.CCMD -> invalidateContexts(value);
            case VtdLayout.FSTS -> {
                long cleared = 1 << VtdLayout.PFO
                        | 1 << VtdLayout.IQE
                        | 1 << VtdLayout.ICE
                        | 1 << VtdLayout.ITE
                        | 1 << VtdLayout.PRO;
                registers.set(register, registers.get(register) & ~(value & cleared));
            }
            case VtdLayout.PMEN -> registers.set(register, value & ~1L | value >>> VtdLayout.EPM & 1);
            default -> other(register, value);
        }
        queue.run();
        updateInterrupt();
    }

    private void other(int register, long value) {
        if (faults.holds(register)) {
            faults.written(register, value);
        } else if (register == registers.caps().iotlbOffset() + 8) {
            invalidateIotlb(value);
        } else {
            registers.set(register, value);
        }
    }

    /** Each bit is a request; GSTS tells that it is done. */
    private void command(long value) {
        registers.set(VtdLayout.GCMD, value);
        if ((value >>> VtdLayout.SRTP & 1) != 0) {
            registers.takeRootTable();
            registers.setStatus(VtdLayout.SRTP, true);
            if (registers.caps().rootPointerFlushes()) {
                invalidation.all();
            }
        }
        boolean queues = (value >>> VtdLayout.QIE & 1) != 0;
        if (queues != registers.queues()) {
            registers.set(VtdLayout.IQH, 0);
        }
        registers.setStatus(VtdLayout.QIE, queues);
        registers.setStatus(VtdLayout.TE, (value >>> VtdLayout.TE & 1) != 0);
    }

    private void invalidateContexts(long value) {
        if ((value & VtdLayout.ICC) == 0) {
            registers.set(VtdLayout.CCMD, value);
            return;
        }
        int granularity = (int) (value >>> VtdLayout.CCMD_GRANULARITY) & 3;
        int source = (int) (value >>> VtdLayout.CCMD_SOURCE) & 0xffff;
        invalidation.contexts(granularity, (int) value & 0xffff, source, (int) (value >>> 32) & 3);
        registers.set(VtdLayout.CCMD, value & ~VtdLayout.ICC | (long) granularity << VtdLayout.CCMD_DONE);
    }

    private void invalidateIotlb(long value) {
        int offset = registers.caps().iotlbOffset();
        if ((value & VtdLayout.IVT) == 0) {
            registers.set(offset + 8, value);
            return;
        }
        long address = registers.get(offset);
        int granularity = (int) (value >>> VtdLayout.IOTLB_GRANULARITY) & 3;
        int domain = (int) (value >>> VtdLayout.IOTLB_DOMAIN) & 0xffff;
        boolean leavesOnly = (address & VtdLayout.INVALIDATION_HINT) != 0;
        invalidation.iotlb(granularity, domain, address & -VtdLayout.PAGE, (int) address & 0x3f, leavesOnly);
        registers.set(
                offset + 8,
                value & ~VtdLayout.IVT & ~(3L << VtdLayout.IOTLB_DONE) | (long) granularity << VtdLayout.IOTLB_DONE);
    }

    private void updateInterrupt() {
        long status = registers.get(VtdLayout.FSTS);
        boolean wanted = (status & (1 << VtdLayout.PPF | 1 << VtdLayout.IQE)) != 0;
        boolean masked = registers.get(VtdLayout.FECTL) >>> VtdLayout.INTERRUPT_MASK != 0;
        if (!wanted || masked) {
            irq.lower(this);
        } else if (!irq.isRaised()) {
            irq.raise(this);
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views();
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return registers.translates();
    }

    /** {@inheritDoc} The root table: all other tables are a device's. */
    @Override
    public long tableBase() {
        return registers.rootTable();
    }

    private static int source(DmaMaster port) {
        return port.streamId() & 0xffff;
    }

    private VtdTranslator.Mode mode(DmaMaster port) {
        return translator.modeOf(source(port), VtdFault.NO_PASID, false);
    }

    /** {@inheritDoc} A device without a context entry is not translated: {@link #refuses}. */
    @Override
    public boolean translating(DmaMaster port) {
        VtdTranslator.Mode mode = mode(port);
        return translating() && (mode instanceof Tables || mode instanceof Nested);
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return translating() && mode(port) instanceof Invalid;
    }

    @Override
    public long tableBase(DmaMaster port) {
        return switch (mode(port)) {
            case Tables tables -> tables.root();
            // the guest's own root is an address of the guest
            case Nested nested -> nested.second().root();
            default -> 0;
        };
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.views();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    /** {@inheritDoc} The last fault that the driver has not read. */
    @Override
    public String fault() {
        return faults.last()
                .map(fault -> VtdReason.of(fault.reason()).map(VtdReason::text).orElse("unknown reason") + ": "
                        + VtdFault.deviceName(fault.source()) + " at " + EntryWords.hex(fault.address()))
                .orElse("");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return trace(0, VtdFault.NO_PASID, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(source(port), VtdFault.NO_PASID, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, int pasid, long input, boolean write) {
        return trace(source(port), pasid, input, write);
    }

    private WalkTrace trace(int source, int pasid, long input, boolean write) {
        return new VtdTrace(this, registers, memory, contexts)
                .of(translator, new Request(source, pasid, input, write, false));
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        return access(master, VtdFault.NO_PASID, input, write);
    }

    @Override
    public Access access(DmaMaster master, int pasid, long input, boolean write) {
        boolean interrupt = write
                && pasid == VtdFault.NO_PASID
                && Long.compareUnsigned(input, VtdLayout.FIRST_INTERRUPT) >= 0
                && Long.compareUnsigned(input, VtdLayout.LAST_INTERRUPT) <= 0;
        if (!translating() || interrupt) {
            return pass(UNTRANSLATED, input, input);
        }
        var request = new Request(source(master), pasid, input, write, true);
        return switch (translator.decide(request)) {
            case Untranslated(long output) -> pass(UNTRANSLATED, input, output);
            case Translated translated -> pass(TRANSLATED, input, translated.output());
            case Refused refused -> refuse(refused, request);
        };
    }

    private Access pass(Term term, long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, term, this, input, output);
        return new Access.Pass(output);
    }

    /** The access ends with an error, whatever becomes of its record. */
    private Access refuse(Refused refused, Request request) {
        VtdReason reason = refused.reason();
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(reason.text()), this, request.input(), reason.number());
        if (refused.recorded()) {
            faults.record(
                    new VtdFault(request.source(), request.input(), reason.number(), request.write(), request.pasid()));
            updateInterrupt();
        }
        return new Access.Refused(reason.text());
    }
}
