package org.iommulab.backend.omap;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The MMU of one OMAP subsystem: a TLB that software can read and write, and a walker that fills it at the victim
 * pointer. A fault stalls the master until software acknowledges it (TI's reference manuals of OMAP36xx and DRA7x). It is
 * in reset, without clock, until {@link #powerOn}.
 */
public final class OmapUnit extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term LOADED = Term.hex("CAM and RAM");
    private static final long WORD = 0xffff_ffffL;

    private final RegisterFile registers;
    private final OmapTlb tlb;
    private final OmapWalker walker;
    private final InterruptLine irq;
    private final BooleanSupplier permitted;
    private final FlagCell powered;
    /** A transaction that faulted hangs in the unit, and all later ones behind it. */
    private final FlagCell stalled;

    private final LongCell held;

    /**
     * @param revision major number in bits 7:4, minor in 3:0
     * @param slots of the TLB: 8 or 32
     */
    public OmapUnit(Machine machine, String name, int revision, int slots, PhysicalMemory memory, InterruptLine irq) {
        this(machine, name, revision, slots, memory, irq, () -> true);
    }

    /** @param permitted whether the subsystem around it lets it translate; when not, accesses pass it untouched */
    OmapUnit(
            Machine machine,
            String name,
            int revision,
            int slots,
            PhysicalMemory memory,
            InterruptLine irq,
            BooleanSupplier permitted) {
        super(machine, name);
        this.registers = new RegisterFile(this, OmapLayout.registers(revision));
        this.tlb = new OmapTlb(machine, slots);
        this.walker = new OmapWalker(this, memory);
        this.irq = irq;
        this.permitted = permitted;
        this.powered = new FlagCell(this, Lane.HARDWARE, Term.flag("powered"));
        this.stalled = new FlagCell(this, Lane.HARDWARE, Term.flag("stalled"));
        this.held = new LongCell(this, Lane.DMA, Term.count("held transactions"));
    }

    @Override
    public String model() {
        int revision = registers.get32(OmapLayout.REVISION);
        return "OMAP IOMMU " + (revision >>> 4 & 0xf) + "." + (revision & 0xf);
    }

    // ---- power

    /** The reset is released and the clocks run. */
    public void powerOn() {
        powered.set(true);
    }

    /** Into reset: register content and TLB are lost, preserved slots too. */
    public void powerOff() {
        registers.reset();
        tlb.clear();
        release();
        irq.lower(this);
        powered.set(false);
    }

    @Override
    public boolean powered() {
        return powered.get();
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int value = powered() ? (int) content(offset) : 0;
        registers.emit(EventKind.REGISTER_READ, offset, value & WORD);
        return value;
    }

    private long content(int offset) {
        return switch (offset) {
            case OmapLayout.READ_CAM -> tlb.cam(victim()) & WORD;
            case OmapLayout.READ_RAM -> tlb.ram(victim()) & WORD;
            default -> registers.getUnsigned(offset);
        };
    }

    @Override
    public void write32(int offset, int value) {
        if (powered()) {
            store(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & WORD);
        if (powered()) {
            written(offset, value);
            signal();
        }
    }

    private void store(int offset, int value) {
        switch (offset) {
            case OmapLayout.IRQSTATUS -> registers.set32(offset, registers.get32(offset) & ~value);
            case OmapLayout.IRQENABLE,
                    OmapLayout.CNTL,
                    OmapLayout.TTB,
                    OmapLayout.LOCK,
                    OmapLayout.CAM,
                    OmapLayout.RAM,
                    OmapLayout.GP_REG -> registers.set32(offset, value);
            default -> {
                // The others are read only, or have their effect afterwards.
            }
        }
    }

    private void written(int offset, int value) {
        boolean one = (value & 1) != 0;
        if (offset == OmapLayout.IRQSTATUS && registers.get32(OmapLayout.IRQSTATUS) == 0
                || offset == OmapLayout.CNTL && !translating()) {
            release();
        } else if (offset == OmapLayout.LD_TLB && one) {
            int cam = registers.get32(OmapLayout.CAM);
            int ram = registers.get32(OmapLayout.RAM);
            tlb.load(victim(), cam, ram);
            machine().emit(EventKind.TLB_FILL, Lane.HARDWARE, LOADED, this, cam & WORD, ram & WORD);
        } else if (offset == OmapLayout.GFLUSH && one) {
            flushed(0, tlb.flushAll());
        } else if (offset == OmapLayout.FLUSH_ENTRY && one) {
            long address = OmapLayout.tag(registers.get32(OmapLayout.CAM));
            flushed(address, tlb.flush(address));
        }
    }

    private void release() {
        stalled.setQuietly(false);
        held.setQuietly(0);
    }

    private void flushed(long address, int count) {
        machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, FLUSH, this, address, count);
    }

    private void signal() {
        boolean wanted = (registers.get32(OmapLayout.IRQSTATUS) & registers.get32(OmapLayout.IRQENABLE)) != 0;
        if (wanted && !irq.isRaised()) {
            irq.raise(this);
        } else if (!wanted) {
            irq.lower(this);
        }
    }

    /** The slot that the CPU sees, and that the walker fills next. */
    private int victim() {
        return OmapLayout.lockVictim(registers.get32(OmapLayout.LOCK)) % tlb.size();
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views(
                register -> content(register.offset()),
                (register, value) -> OmapWords.meaning(register.offset(), (int) value));
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return powered()
                && (registers.get32(OmapLayout.CNTL) & OmapLayout.CNTL_MMU_EN) != 0
                && permitted.getAsBoolean();
    }

    boolean walks() {
        return (registers.get32(OmapLayout.CNTL) & OmapLayout.CNTL_TWL_EN) != 0;
    }

    @Override
    public boolean blocked() {
        return stalled.get();
    }

    @Override
    public long tableBase() {
        return registers.get(OmapLayout.TTB) & OmapLayout.TTB_MASK;
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.views();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        int status = registers.get32(OmapLayout.IRQSTATUS);
        String address = EntryWords.hex(registers.getUnsigned(OmapLayout.FAULT_AD));
        return status == 0 ? "" : OmapWords.interrupts(status) + " at " + address;
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        if (!translating()) {
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
            return new Access.Pass(input);
        }
        if (stalled.get()) {
            held.add(1);
            return new Access.Held();
        }
        long address = input & WORD;
        OmapWalker.Result result = lookUp(address);
        return result instanceof OmapWalker.Failed failed ? fault(failed, address) : pass(address, result);
    }

    private OmapWalker.Result lookUp(long address) {
        int slot = tlb.find(address);
        if (slot >= 0) {
            long output = tlb.translate(slot, address);
            machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, this, address, output);
            return new OmapWalker.Reached(output, OmapLayout.bytes(tlb.cam(slot)));
        }
        if (slot == OmapTlb.MULTI_HIT) {
            return new OmapWalker.Failed(OmapLayout.IRQ_MULTI_HIT);
        }
        machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, this, address, 4);
        if (!walks()) {
            return new OmapWalker.Failed(OmapLayout.IRQ_TLB_MISS);
        }
        OmapWalker.Result result = walker.walk(tableBase(), address);
        if (result instanceof OmapWalker.Read(int cam, int ram)) {
            fill(cam, ram);
            long bytes = OmapLayout.bytes(cam);
            long page = ram & -bytes & WORD;
            machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, this, OmapLayout.tag(cam), page);
            return new OmapWalker.Reached(page | address & bytes - 1, bytes);
        }
        return result;
    }

    /** Replaces the victim; the pointer goes round the slots that are not pinned, of which one always remains. */
    private void fill(int cam, int ram) {
        int lock = registers.get32(OmapLayout.LOCK);
        int base = Math.min(OmapLayout.lockBase(lock), tlb.size() - 1);
        int slot = Math.max(victim(), base);
        tlb.load(slot, cam, ram);
        int next = slot + 1 < tlb.size() ? slot + 1 : base;
        registers.set32(OmapLayout.LOCK, OmapLayout.lock(OmapLayout.lockBase(lock), next));
    }

    private Access pass(long input, OmapWalker.Result result) {
        long output = result instanceof OmapWalker.Reached reached ? reached.output() : input;
        machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, input, output);
        return new Access.Pass(output);
    }

    /**
     * Latches the fault, stalls the master and interrupts the CPU. When the handler acknowledges, the access is tried
     * again. If it fails again it stays in the unit and the interrupt does not come a second time here: on the chip it
     * would come without end, were it not that the driver masks it.
     */
    private Access fault(OmapWalker.Failed failed, long input) {
        latch(failed, input);
        if ((registers.get32(OmapLayout.GP_REG) & OmapLayout.GP_BUS_ERROR_BACK) != 0) {
            signal();
            return new Access.Refused(OmapWords.interrupts(failed.cause()));
        }
        stalled.setQuietly(true);
        signal();
        if (stalled.get()) {
            return new Access.Held();
        }
        if (!translating()) {
            return pass(input, failed);
        }
        OmapWalker.Result again = lookUp(input);
        if (again instanceof OmapWalker.Failed still) {
            latch(still, input);
            stalled.setQuietly(true);
            return new Access.Held();
        }
        return pass(input, again);
    }

    private void latch(OmapWalker.Failed failed, long input) {
        registers.set32(OmapLayout.IRQSTATUS, registers.get32(OmapLayout.IRQSTATUS) | failed.cause());
        registers.set(OmapLayout.FAULT_AD, input);
        Term cause = Term.hex(OmapWords.interrupts(failed.cause()));
        machine().emit(EventKind.FAULT, Lane.DMA, cause, this, input, failed.cause());
    }

    /** {@inheritDoc} The levels show memory; the verdict is what the unit would do, which with a stale TLB is another. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        return new OmapTrace(this, tlb, walker).of(input, write);
    }
}
