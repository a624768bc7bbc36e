package org.iommulab.backend.mtkv1;

import java.util.List;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The first M4U: one table, one TLB and one address space for all ports that the SMI sends through it. An access that
 * cannot be translated is not refused: it lands in the protect buffer. It is off, without power, until {@link #powerOn}.
 */
public final class MtkV1Unit extends IommuUnit implements Mmio {
    private static final long INPUT_MASK = 0xffff_ffffL;
    // Its real size is not known.
    private static final int TLB_WAYS = 32;

    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term PROTECTED = Term.hex("sent to the protect buffer");
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final InterruptLine irq;
    private final RegisterFile registers;
    private final MtkV1Smi smi;
    private final RadixWalker walker;
    private final Iotlb tlb;
    private final FlagCell powered;

    /** With the SMI beside it. */
    public MtkV1Unit(Machine machine, String name, PhysicalMemory memory, InterruptLine irq) {
        super(machine, name);
        this.irq = irq;
        this.registers = new RegisterFile(this, MtkV1Layout.REGISTERS);
        this.smi = new MtkV1Smi(machine, name + " SMI");
        this.walker = new RadixWalker(memory, MtkV1Format.FLAT, List.of("table"));
        this.tlb = new Iotlb(machine, 1, TLB_WAYS, 12);
        this.powered = new FlagCell(this, Lane.HARDWARE, Term.flag("powered"));
    }

    /** The SMI's registers, which say which ports go through the unit. */
    public MtkV1Smi smi() {
        return smi;
    }

    /** Its line to the CPU. */
    InterruptLine irq() {
        return irq;
    }

    @Override
    public String model() {
        return "M4U generation 1";
    }

    // ---- power

    /** Register content and everything cached are lost; the SMI's block is always on. */
    public void powerOff() {
        registers.reset();
        tlb.flushAll();
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

    @Override
    public int read32(int offset) {
        int value = powered() ? registers.get32(offset) : 0;
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        boolean on = powered();
        boolean clears = offset == MtkV1Layout.INT_CONTROL && (value & MtkV1Layout.INT_CLEAR) != 0;
        if (on && clears) {
            registers.set32(MtkV1Layout.FAULT_ST, 0);
        }
        if (on && !isReadOnly(offset)) {
            registers.set32(offset, offset == MtkV1Layout.INT_CONTROL ? value & ~MtkV1Layout.INT_CLEAR : value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        if (on && clears) {
            irq.lower(this);
        }
        if (on && offset == MtkV1Layout.INVALIDATE && registers.get(MtkV1Layout.INV_SEL) != 0) {
            invalidate(value);
        }
    }

    private static boolean isReadOnly(int offset) {
        return switch (offset) {
            case MtkV1Layout.FAULT_ST, MtkV1Layout.FAULT_VA, MtkV1Layout.INVLD_PA, MtkV1Layout.INT_ID -> true;
            default -> false;
        };
    }

    private void invalidate(int value) {
        if ((value & MtkV1Layout.INVALIDATE_ALL) != 0) {
            flushed(0, tlb.flushAll());
        } else if ((value & MtkV1Layout.INVALIDATE_RANGE) != 0) {
            long first = registers.getUnsigned(MtkV1Layout.INVLD_START) & ~0xfffL;
            long last = registers.getUnsigned(MtkV1Layout.INVLD_END) | 0xfffL;
            flushed(first, last < first ? 0 : tlb.flushRange(first, last));
            registers.set32(MtkV1Layout.CPE_DONE, 1);
        }
    }

    private void flushed(long address, int count) {
        machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, this, address, count);
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views(this::meaning);
    }

    private String meaning(Register register, long value) {
        return switch (register.offset()) {
            case MtkV1Layout.PT_BASE_ADDR -> value == 0 ? "no table yet" : "table at " + EntryWords.hex(value);
            case MtkV1Layout.IVRP_PADDR -> "where faulting accesses land";
            case MtkV1Layout.FAULT_ST -> fault();
            case MtkV1Layout.INT_ID ->
                "larb " + MtkV1Layout.larbOf((int) value) + " port " + MtkV1Layout.portOf((int) value);
            default -> "";
        };
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return powered() && smi.anyVirtual();
    }

    @Override
    public boolean translating(DmaMaster port) {
        return powered() && smi.isVirtual(port.streamId());
    }

    @Override
    public long tableBase() {
        // An entry is a word, wherever the table starts.
        return registers.getUnsigned(MtkV1Layout.PT_BASE_ADDR) & ~3L;
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.used().stream()
                .map(s -> new TlbView(s, tlb.input(s), tlb.output(s), tlb.bytes(s), "rw"))
                .toList();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        long status = registers.get(MtkV1Layout.FAULT_ST);
        if (status == 0) {
            return "";
        }
        int id = registers.get32(MtkV1Layout.INT_ID);
        return MtkV1Layout.cause(Long.numberOfTrailingZeros(status)) + " at "
                + EntryWords.hex(registers.getUnsigned(MtkV1Layout.FAULT_VA)) + ", larb "
                + MtkV1Layout.larbOf(id) + " port " + MtkV1Layout.portOf(id);
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return new MtkV1Trace(this, tlb, walker).of(input & INPUT_MASK, write);
    }

    /** Where an access lands that cannot be translated. */
    long protectedAddress(long input) {
        long buffer = registers.getUnsigned(MtkV1Layout.IVRP_PADDR) & -MtkV1Layout.IVRP_BYTES;
        return buffer | input & MtkV1Layout.IVRP_BYTES - 1;
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        if (!translating(master)) {
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
            return new Access.Pass(input);
        }
        long address = input & INPUT_MASK;
        int slot = tlb.find(address);
        if (slot != Iotlb.MISS) {
            long output = tlb.translate(slot, address);
            machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, this, address, output);
            return pass(TRANSLATED, address, output);
        }
        machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, this, address, 4);
        return switch (walker.walk(this, tableBase(), address)) {
            case RadixWalker.Found found -> {
                tlb.fill(address, found.page(), found.bytes(), 0);
                machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, this, address & -found.bytes(), found.page());
                yield pass(TRANSLATED, address, found.page() | address & found.bytes() - 1);
            }
            case RadixWalker.NotMapped nothing -> fault(MtkV1Layout.FAULT_TRANSLATION, master, address);
            case RadixWalker.NoMemory nothing -> fault(MtkV1Layout.FAULT_TABLE_WALK, master, address);
        };
    }

    private Access pass(Term how, long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, how, this, input, output);
        return new Access.Pass(output);
    }

    /** Latches the first fault until it is cleared, interrupts, and sends the access where it does no harm. */
    private Access fault(int status, DmaMaster master, long address) {
        if (registers.get(MtkV1Layout.FAULT_ST) == 0) {
            registers.set32(MtkV1Layout.FAULT_VA, (int) address & -4096);
            registers.set32(MtkV1Layout.INT_ID, MtkV1Layout.interruptId(master.streamId()));
        }
        registers.set32(MtkV1Layout.FAULT_ST, registers.get32(MtkV1Layout.FAULT_ST) | status);
        String cause = MtkV1Layout.cause(Integer.numberOfTrailingZeros(status));
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(cause), this, address, status);
        long landing = protectedAddress(address);
        if ((registers.get32(MtkV1Layout.INT_CONTROL) & status) != 0) {
            irq.raise(this);
        }
        return pass(PROTECTED, address, landing);
    }
}
