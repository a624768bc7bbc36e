package org.iommulab.backend.rockchip;

import org.iommulab.backend.rockchip.RockchipLayout.Command;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** One register range of a unit: a complete MMU for one of the master's ports. */
final class RockchipBank {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term MISS = Term.of("IOTLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term FLUSH = Term.of("IOTLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term PAGE_FAULT = Term.hex("page fault");
    private static final Term BUS_ERROR = Term.hex("bus error");
    private static final Command[] COMMANDS = Command.values();
    private static final long INPUT = 0xffff_ffffL;

    private final RockchipUnit unit;
    private final RockchipFormat format;
    private final RegisterFile registers;
    private final int base;
    private final RockchipWalker walker;
    private final LongCell held;

    /** @param base where the bank's registers begin */
    RockchipBank(RockchipUnit unit, RockchipFormat format, RegisterFile registers, int base, PhysicalMemory memory) {
        this.unit = unit;
        this.format = format;
        this.registers = registers;
        this.base = base;
        this.walker = new RockchipWalker(unit, format, memory);
        this.held = new LongCell(unit, Lane.DMA, Term.count("held transactions"));
    }

    int base() {
        return base;
    }

    RockchipWalker walker() {
        return walker;
    }

    // ---- registers

    int get(int offset) {
        return registers.get32(base + offset);
    }

    private void set(int offset, int value) {
        registers.set32(base + offset, value);
    }

    private boolean status(int bits) {
        return (get(RockchipLayout.STATUS) & bits) != 0;
    }

    private void status(int clear, int set) {
        set(RockchipLayout.STATUS, get(RockchipLayout.STATUS) & ~clear | set);
    }

    /** A register of this bank is written; its event is written by the unit, and then {@link #written}. */
    void write(int offset, int value) {
        switch (offset) {
            case RockchipLayout.DTE_ADDR, RockchipLayout.AUTO_GATING -> set(offset, value);
            case RockchipLayout.INT_MASK -> {
                set(offset, value & RockchipLayout.INT_ALL);
                pending(get(RockchipLayout.INT_RAWSTAT));
            }
            case RockchipLayout.INT_CLEAR -> pending(get(RockchipLayout.INT_RAWSTAT) & ~value);
            default -> {
                // The others are read only, or have their effect afterwards.
            }
        }
    }

    /** What happens after the event of a write. */
    void written(int offset, int value) {
        if (offset == RockchipLayout.ZAP_ONE_LINE) {
            long line = value & INPUT & -RockchipFormat.PAGE;
            flushed(line, walker.zap(line));
        } else if (offset == RockchipLayout.COMMAND && value >= 0 && value < COMMANDS.length) {
            perform(COMMANDS[value]);
        }
    }

    private void perform(Command command) {
        switch (command) {
            case ENABLE_PAGING -> status(0, RockchipLayout.STATUS_PAGING_ENABLED);
            case DISABLE_PAGING -> {
                status(RockchipLayout.STATUS_PAGING_ENABLED, 0);
                release();
            }
            case ENABLE_STALL -> stall();
            case DISABLE_STALL -> {
                status(RockchipLayout.STATUS_STALL_ACTIVE, RockchipLayout.STATUS_STALL_NOT_ACTIVE);
                release();
            }
            case ZAP_CACHE -> flushed(0, walker.zapAll());
            case PAGE_FAULT_DONE -> {
                status(RockchipLayout.STATUS_PAGE_FAULT_ACTIVE | RockchipLayout.STATUS_PAGE_FAULT_IS_WRITE, 0);
                release();
            }
            case FORCE_RESET -> reset();
        }
    }

    /**
     * Takes effect with paging only. That it waits for a fault to be done is a model: the driver acknowledges an old
     * fault before it asks, since 2025, for the stall would time out.
     */
    private void stall() {
        if (status(RockchipLayout.STATUS_PAGING_ENABLED) && !status(RockchipLayout.STATUS_PAGE_FAULT_ACTIVE)) {
            status(RockchipLayout.STATUS_STALL_NOT_ACTIVE, RockchipLayout.STATUS_STALL_ACTIVE);
        }
    }

    private void flushed(long address, int count) {
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, FLUSH, unit, address, count);
    }

    /** The interrupts that have happened; those that the mask lets through are the status. */
    private void pending(int raw) {
        set(RockchipLayout.INT_RAWSTAT, raw);
        set(RockchipLayout.INT_STATUS, raw & get(RockchipLayout.INT_MASK));
    }

    boolean interrupts() {
        return get(RockchipLayout.INT_STATUS) != 0;
    }

    /** All registers and caches are as after power-on. */
    void reset() {
        for (int offset = 0; offset < RockchipLayout.BANK_BYTES; offset += 4) {
            set(offset, offset == RockchipLayout.STATUS ? RockchipLayout.STATUS_RESET : 0);
        }
        walker.zapAll();
        held.setQuietly(0);
    }

    // ---- DMA

    boolean translating() {
        return status(RockchipLayout.STATUS_PAGING_ENABLED);
    }

    boolean holding() {
        return translating() && status(RockchipLayout.STATUS_STALL_ACTIVE | RockchipLayout.STATUS_PAGE_FAULT_ACTIVE);
    }

    /** Physical address of the directory. */
    long directory() {
        return format.decode(get(RockchipLayout.DTE_ADDR) & 0xffff_ffffL);
    }

    private void hold() {
        held.add(1);
        status(RockchipLayout.STATUS_IDLE | RockchipLayout.STATUS_REPLAY_BUFFER_EMPTY, 0);
    }

    private void release() {
        if (!holding()) {
            held.setQuietly(0);
            status(0, RockchipLayout.STATUS_IDLE | RockchipLayout.STATUS_REPLAY_BUFFER_EMPTY);
        }
    }

    Access access(long input, boolean write) {
        if (!translating()) {
            unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, unit, input, input);
            return new Access.Pass(input);
        }
        if (holding()) {
            hold();
            return new Access.Held();
        }
        long address = input & INPUT;
        RockchipWalker.Result result = lookUp(address);
        return allows(result, write) ? pass(address, result) : fault(address, write, result);
    }

    private RockchipWalker.Result lookUp(long address) {
        if (walker.holds(address)) {
            walker.hit(address);
        } else {
            unit.machine().emit(EventKind.TLB_MISS, Lane.DMA, MISS, unit, address, 4);
        }
        return walker.walk(directory(), address);
    }

    static boolean allows(RockchipWalker.Result result, boolean write) {
        return result instanceof RockchipWalker.Found(long page, int prot)
                && (prot & (write ? Prot.WRITE : Prot.READ)) != 0;
    }

    private Access pass(long input, RockchipWalker.Result result) {
        long page = result instanceof RockchipWalker.Found found ? found.page() : 0;
        long output = page | input & RockchipFormat.PAGE - 1;
        unit.machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, unit, input, output);
        return new Access.Pass(output);
    }

    /**
     * Latches the fault, holds the transaction and interrupts the CPU. When the handler says that the fault is done the
     * transaction is tried again. What a master gets when that fails too is not documented: here it ends with an error.
     */
    private Access fault(long input, boolean write, RockchipWalker.Result result) {
        boolean bus = result instanceof RockchipWalker.NoMemory;
        set(RockchipLayout.PAGE_FAULT_ADDR, (int) input);
        status(
                RockchipLayout.STATUS_PAGE_FAULT_IS_WRITE,
                RockchipLayout.STATUS_PAGE_FAULT_ACTIVE | (write ? RockchipLayout.STATUS_PAGE_FAULT_IS_WRITE : 0));
        hold();
        int cause = bus ? RockchipLayout.INT_BUS_ERROR : RockchipLayout.INT_PAGE_FAULT;
        pending(get(RockchipLayout.INT_RAWSTAT) | cause);
        unit.machine().emit(EventKind.FAULT, Lane.DMA, bus ? BUS_ERROR : PAGE_FAULT, unit, input, cause);
        unit.signal();
        if (holding()) {
            return new Access.Held();
        }
        if (!translating()) {
            return new Access.Refused(bus ? "bus error" : "page fault");
        }
        RockchipWalker.Result again = lookUp(input);
        return allows(again, write) ? pass(input, again) : new Access.Refused(bus ? "bus error" : "page fault");
    }

    /** The latched fault in words, empty for none. */
    String fault() {
        if (!status(RockchipLayout.STATUS_PAGE_FAULT_ACTIVE)) {
            return "";
        }
        boolean write = status(RockchipLayout.STATUS_PAGE_FAULT_IS_WRITE);
        boolean bus = (get(RockchipLayout.INT_RAWSTAT) & RockchipLayout.INT_BUS_ERROR) != 0;
        return (bus ? "bus error" : "page fault") + " at 0x" + Integer.toHexString(get(RockchipLayout.PAGE_FAULT_ADDR))
                + " of type " + (write ? "write" : "read");
    }
}
