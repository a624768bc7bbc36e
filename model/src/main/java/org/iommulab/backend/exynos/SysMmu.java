package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.backend.exynos.SysMmuLayout.FaultCause;
import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.backend.exynos.SysMmuLayout.Variant;
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
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * One System MMU: a port's worth of translation, with registers, TLB, first-level descriptor cache (revision 3.2 and
 * later) and faults. It is off, without power, until {@link #powerOn}.
 */
public final class SysMmu extends IommuUnit implements Mmio {
    private static final long INPUT_MASK = 0xffff_ffffL;

    // Revision 2 has 8 ways in 64 sets. The size of the others is not known; the driver relies on one entry flush
    // being enough for any page, so they are modelled as fully associative.
    private static final int REVISION_2_SETS = 64;
    private static final int REVISION_2_WAYS = 8;
    private static final int OTHER_WAYS = 32;

    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final Revision revision;
    private final Variant variant;
    private final PhysicalMemory memory;
    private final InterruptLine irq;
    private final SysMmuRegisters registers;
    private final SysMmuWalker walker;
    private final Iotlb tlb;
    private final FlagCell powered;
    /** A transaction that faulted hangs in the unit, and all later ones behind it. */
    private final FlagCell stalled;

    private final LongCell held;

    public SysMmu(
            Machine machine,
            String name,
            int major,
            int minor,
            boolean vmBank,
            PhysicalMemory memory,
            InterruptLine irq) {
        super(machine, name);
        this.revision = new Revision(major, minor, vmBank);
        this.variant = revision.variant();
        this.memory = memory;
        this.irq = irq;
        this.registers = new SysMmuRegisters(this, revision);
        this.walker = new SysMmuWalker(this, revision, memory);
        this.tlb = major == 2
                ? new Iotlb(machine, REVISION_2_SETS, REVISION_2_WAYS, 12)
                : new Iotlb(machine, 1, OTHER_WAYS, 12);
        this.powered = new FlagCell(this, Lane.HARDWARE, Term.flag("powered"));
        this.stalled = new FlagCell(this, Lane.HARDWARE, Term.flag("stalled"));
        this.held = new LongCell(this, Lane.DMA, Term.count("held transactions"));
    }

    public Revision revision() {
        return revision;
    }

    @Override
    public String model() {
        return "SysMMU " + revision;
    }

    // ---- power

    /** Clocks and power are gone: register content and everything cached are lost. */
    public void powerOff() {
        registers.reset();
        tlb.flushAll();
        walker.flushAll();
        release();
        irq.lower(this);
        powered.set(false);
    }

    public void powerOn() {
        powered.set(true);
    }

    @Override
    public boolean powered() {
        return powered.get();
    }

    // ---- registers

    /** The CPU writes a register; lost when there is none there, or no power. */
    @Override
    public void write32(int offset, int value) {
        if (!powered()) {
            registers.emit(EventKind.REGISTER_WRITE, offset, value);
            return;
        }
        if (offset == SysMmuLayout.MMU_CTRL) {
            writeControl(value);
        } else if (offset == variant.intClear()) {
            registers.set(variant.intStatus(), registers.get(variant.intStatus()) & ~value);
        } else if (isWritable(offset)) {
            registers.set(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value);
        if (offset == variant.intClear() && registers.get(variant.intStatus()) == 0) {
            irq.lower(this);
        }
        flush(offset, value);
    }

    private boolean isWritable(int offset) {
        return offset == SysMmuLayout.MMU_CFG
                || offset == variant.ptBase()
                || variant == Variant.V7_VM && offset == SysMmuLayout.CTRL_VM
                || variant.hasFlushRange()
                        && (offset == variant.flushRange() + 8 || offset == variant.flushRange() + 12);
    }

    private void writeControl(int value) {
        registers.set(SysMmuLayout.MMU_CTRL, value);
        boolean block = (value & SysMmuLayout.CTRL_ENABLE_BIT) != 0 && (value & SysMmuLayout.CTRL_BLOCK_BIT) != 0;
        registers.set(SysMmuLayout.MMU_STATUS, block ? SysMmuLayout.STATUS_BLOCKED : 0);
        if (!block) {
            release();
        }
    }

    private void release() {
        stalled.setQuietly(false);
        held.setQuietly(0);
    }

    private void flush(int offset, int value) {
        if ((value & 1) == 0) {
            return;
        }
        if (offset == variant.flushAll()) {
            flushed(0, tlb.flushAll() + walker.flushAll());
        } else if (offset == variant.flushEntry()) {
            long address = value & INPUT_MASK & ~0xfffL;
            flushed(address, tlb.flush(address) + walker.flush(address));
        } else if (variant.hasFlushRange() && offset == variant.flushRange()) {
            long first = registers.getUnsigned(variant.flushRange() + 8) & ~0xfffL;
            long last = registers.getUnsigned(variant.flushRange() + 12) | 0xfffL;
            flushed(first, tlb.flushRange(first, last) + walker.flushRange(first, last));
        }
    }

    private void flushed(long address, int count) {
        machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, this, address, count);
    }

    /** The CPU reads a register; 0 where there is none, or without power. */
    @Override
    public int read32(int offset) {
        int value = powered() ? registers.get(offset) : 0;
        registers.emit(EventKind.REGISTER_READ, offset, value);
        return value;
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views();
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        boolean enabled = (registers.get(SysMmuLayout.MMU_CTRL) & SysMmuLayout.CTRL_ENABLE_BIT) != 0;
        boolean bankEnabled =
                variant != Variant.V7_VM || (registers.get(SysMmuLayout.CTRL_VM) & SysMmuLayout.CTRL_VM_ENABLE) != 0;
        return powered() && enabled && bankEnabled;
    }

    @Override
    public boolean blocked() {
        return stalled.get() || (registers.get(SysMmuLayout.MMU_STATUS) & SysMmuLayout.STATUS_BLOCKED) != 0;
    }

    @Override
    public long tableBase() {
        // An entry is a word, wherever the table starts.
        return registers.getUnsigned(variant.ptBase()) << variant.ptBaseShift() & ~3L;
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.used().stream()
                .map(s -> new TlbView(
                        s, tlb.input(s), tlb.output(s), tlb.bytes(s), Prot.letters((int) tlb.attributes(s))))
                .toList();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        int status = registers.get(variant.intStatus());
        if (status == 0) {
            return "";
        }
        var cause = variant.cause(Integer.numberOfTrailingZeros(status));
        return cause.map(c -> c.name() + " at " + EntryWords.hex(registers.getUnsigned(c.addressRegister())))
                .orElse("unknown cause");
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return new SysMmuTrace(this, tlb, walker, memory).of(input & INPUT_MASK, write);
    }

    /** Whether an access is refused because of what the entry allows. */
    boolean refuses(int prot, boolean write) {
        boolean checks = (registers.get(SysMmuLayout.MMU_CFG) & SysMmuLayout.CFG_EAP) != 0;
        return checks && (prot & (write ? Prot.WRITE : Prot.READ)) == 0;
    }

    boolean cachesFirstLevel() {
        return (registers.get(SysMmuLayout.MMU_CFG) & SysMmuLayout.CFG_FLPDCACHE) != 0;
    }

    // ---- DMA

    /**
     * {@inheritDoc} A unit that is disabled, or has no power (its master shares the power domain, so that nothing real
     * arrives then), lets accesses pass untranslated.
     */
    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        if (blocked()) {
            held.add(1);
            return new Access.Held();
        }
        if (!translating()) {
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
            return new Access.Pass(input);
        }
        long address = input & INPUT_MASK;
        int slot = tlb.find(address);
        if (slot != Iotlb.MISS) {
            long output = tlb.translate(slot, address);
            machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, this, address, output);
            return refuses((int) tlb.attributes(slot), write)
                    ? fault(SysMmuWalker.Fault.ACCESS, address, write)
                    : pass(address, output);
        }
        machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, this, address, 4);
        return switch (walker.walk(tableBase(), address)) {
            case SysMmuWalker.Failed(SysMmuWalker.Fault cause) -> fault(cause, address, write);
            case SysMmuWalker.Found found
            when refuses(found.prot(), write) -> fault(SysMmuWalker.Fault.ACCESS, address, write);
            case SysMmuWalker.Found(long page, long bytes, int prot) -> {
                tlb.fill(address, page, bytes, prot);
                machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, this, address & -bytes, page);
                yield pass(address, page | address & bytes - 1);
            }
        };
    }

    private Access pass(long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, input, output);
        return new Access.Pass(output);
    }

    /** Latches the fault, stalls the transaction and interrupts the CPU, whose handler may let go of it. */
    private Access fault(SysMmuWalker.Fault what, long input, boolean write) {
        FaultCause cause = variant.cause(what.bit(variant, write)).orElseThrow();
        registers.set(cause.addressRegister(), (int) input);
        if (variant.isV7()) {
            registers.set(variant.faultInfo(), write ? SysMmuLayout.FAULT_INFO_WRITE : 0);
        }
        int status = 1 << cause.bit();
        registers.set(variant.intStatus(), registers.get(variant.intStatus()) | status);
        stalled.setQuietly(true);
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(cause.name()), this, input, status);
        irq.raise(this);
        return stalled.get() ? new Access.Held() : new Access.Refused(cause.name());
    }
}
