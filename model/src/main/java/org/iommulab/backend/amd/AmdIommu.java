package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.backend.amd.AmdTranslator.Outcome;
import org.iommulab.backend.amd.AmdTranslator.Refused;
import org.iommulab.backend.amd.AmdTranslator.Request;
import org.iommulab.backend.amd.AmdTranslator.Translated;
import org.iommulab.backend.amd.AmdTranslator.Untranslated;
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
 * An AMD IOMMU: registers, device table, host and guest walks, what it keeps of them, commands and the event log. It is
 * a PCI function that always has power. A requester id is a port's first cell.
 */
public final class AmdIommu extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");

    private final InterruptLine irq;
    private final PhysicalMemory memory;
    private final AmdRegisters registers;
    private final AmdDeviceTable devices;
    private final AmdTlb tlb;
    private final AmdWalker walker;
    private final AmdTranslator translator;
    private final AmdEventLog log;
    private final AmdCommandBuffer commands;

    /** It translates already when the machine starts, with this device table. */
    void leaveOn(long deviceTable) {
        registers.write(AmdLayout.DEV_TABLE, deviceTable);
        registers.write(AmdLayout.CONTROL, 1L << AmdLayout.IOMMU_EN | 1L << AmdLayout.COHERENT);
    }

    /** @param features what EXT_FEATURES says, {@link AmdLayout#USUAL_FEATURES} */
    public AmdIommu(Machine machine, String name, long features, PhysicalMemory memory, InterruptLine irq) {
        super(machine, name);
        this.irq = irq;
        this.memory = memory;
        this.registers = new AmdRegisters(this, features);
        this.devices = new AmdDeviceTable(this, registers, memory);
        this.tlb = new AmdTlb(machine);
        this.walker = new AmdWalker(memory);
        this.translator = new AmdTranslator(this, registers, devices, tlb, walker);
        this.log = new AmdEventLog(this, registers, memory);
        this.commands = new AmdCommandBuffer(this, registers, memory, devices, tlb, log);
    }

    @Override
    public String model() {
        return "AMD IOMMU";
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int shift = (offset & 4) << 3;
        int value = (offset & 3) == 0 ? (int) (registers.get(offset & ~7) >>> shift) : 0;
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
        int register = offset & ~7;
        if ((offset & 3) == 0 && registers.has(register)) {
            int shift = (offset & 4) << 3;
            // Bits of the other half stay; in the status register they are not written at all.
            long other = register == AmdLayout.STATUS ? 0 : registers.get(register) & ~(0xffff_ffffL << shift);
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
        registers.write(register, value);
        commands.run();
        updateInterrupt();
    }

    private void updateInterrupt() {
        if (!registers.interrupts()) {
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

    /** {@inheritDoc} The device table: all other tables are a device's. */
    @Override
    public long tableBase() {
        return registers.get(AmdLayout.DEV_TABLE) & AmdLayout.ADDRESS;
    }

    /** {@inheritDoc} A blocked device is not translated: {@link #refuses}. */
    @Override
    public boolean translating(DmaMaster port) {
        return translating()
                && devices.look(device(port)) instanceof AmdDeviceTable.Entry(AmdDte dte)
                && !dte.refuses()
                && tableBase(dte) != 0;
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return translating()
                && !(devices.look(device(port)) instanceof AmdDeviceTable.Entry(AmdDte dte) && !dte.refuses());
    }

    @Override
    public long tableBase(DmaMaster port) {
        return devices.look(device(port)) instanceof AmdDeviceTable.Entry(AmdDte dte) ? tableBase(dte) : 0;
    }

    private long tableBase(AmdDte dte) {
        if (!dte.valid() || !dte.translationValid()) {
            return 0;
        }
        if (dte.guestTranslation()) {
            return walker.guestRoot(dte.gcr3(), dte.gcr3Levels());
        }
        return dte.mode() == 0 ? 0 : dte.root();
    }

    private static int device(DmaMaster port) {
        return port.streamId() & 0xffff;
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
        return log.last()
                .map(event -> event.type().map(Enum::name).orElse("unknown event") + " of "
                        + AmdEvent.deviceName(event.device()) + " at " + EntryWords.hex(event.address()))
                .orElse("");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return trace(0, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(device(port), input, write);
    }

    private WalkTrace trace(int device, long input, boolean write) {
        return new AmdTrace(this, memory, devices, walker)
                .of(translator.decide(new Request(device, input, write, false)), device, input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        if (!translating()) {
            return pass(UNTRANSLATED, input, input);
        }
        Outcome outcome = translator.decide(new Request(device(master), input, write, true));
        return switch (outcome) {
            case Untranslated(long output) -> pass(UNTRANSLATED, input, output);
            case Translated translated -> pass(TRANSLATED, input, translated.output());
            case Refused refused -> refuse(refused, input);
        };
    }

    private Access pass(Term term, long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, term, this, input, output);
        return new Access.Pass(output);
    }

    /** The access ends with an error, whatever becomes of its event. */
    private Access refuse(Refused refused, long input) {
        Term term = Term.hex(refused.type().name());
        machine()
                .emit(
                        EventKind.FAULT,
                        Lane.DMA,
                        term,
                        this,
                        input,
                        refused.event().flags());
        if (refused.logged()) {
            log.write(refused.event());
            updateInterrupt();
        }
        return new Access.Refused(refused.type().name());
    }
}
