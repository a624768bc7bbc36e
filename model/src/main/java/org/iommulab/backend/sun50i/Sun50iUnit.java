package org.iommulab.backend.sun50i;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.sun50i.Sun50iFaults.Fault;
import org.iommulab.backend.sun50i.Sun50iWalker.Miss;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
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
 * The IOMMU of an Allwinner chip: one table for all its masters, which have their numbers for bypass, permissions, resets
 * and faults only. A port's number is its master's. It is in reset, without clock, until {@link #powerOn}.
 */
public final class Sun50iUnit extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term WALK_CACHE_FLUSH =
            Term.of("walk cache flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final long INPUT = 0xffff_ffffL;
    private static final long PAGE = Sun50iFormat.PAGE;

    private final InterruptLine irq;
    private final boolean mergesAuthorities;
    private final RegisterFile registers;
    private final Sun50iFaults faults;
    private final Sun50iWalker walker;
    private final RadixWalker looker;
    private final Sun50iEntries words;
    private final FlagCell powered;
    /** A bit for each master with a faulted transaction in its channel. */
    private final LongCell stalled;

    private final LongCell held;

    /** @param bypass the masters that pass untranslated after reset: 0 on H6 and H616 */
    public Sun50iUnit(Machine machine, String name, int bypass, PhysicalMemory memory, InterruptLine irq) {
        this(machine, name, bypass, false, memory, irq);
    }

    /**
     * @param mergesAuthorities whether writes to an authority register add up until a reset: what the driver would need,
     *     and not known of any chip
     */
    Sun50iUnit(
            Machine machine,
            String name,
            int bypass,
            boolean mergesAuthorities,
            PhysicalMemory memory,
            InterruptLine irq) {
        super(machine, name);
        this.mergesAuthorities = mergesAuthorities;
        var format = new Sun50iFormat();
        this.irq = irq;
        this.registers = new RegisterFile(this, Sun50iLayout.registers(bypass));
        this.faults = new Sun50iFaults(registers);
        this.walker = new Sun50iWalker(this, format, memory);
        this.looker = new RadixWalker(memory, format, List.of("dt", "pt"));
        this.words = new Sun50iEntries(format);
        this.powered = new FlagCell(this, Lane.HARDWARE, Term.flag("powered"));
        this.stalled = new LongCell(this, Lane.DMA, Term.hex("stalled masters"));
        this.held = new LongCell(this, Lane.DMA, Term.count("held transactions"));
    }

    @Override
    public String model() {
        return "Allwinner IOMMU";
    }

    // ---- power

    /** The reset is released and the clock runs. */
    public void powerOn() {
        powered.set(true);
    }

    /** Into reset: register content and everything cached are lost. */
    public void powerOff() {
        registers.reset();
        walker.flush(-1);
        stalled.setQuietly(0);
        held.setQuietly(0);
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
        int value = powered() ? registers.get32(offset) : 0;
        registers.emit(EventKind.REGISTER_READ, offset, value & INPUT);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        if (powered()) {
            store(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & INPUT);
        if (powered()) {
            written(offset, value);
            signal();
        }
    }

    private void store(int offset, int value) {
        switch (offset) {
            case Sun50iLayout.INT_CLR -> faults.clear(value);
            case Sun50iLayout.TLB_FLUSH, Sun50iLayout.TLB_IVLD_ENABLE, Sun50iLayout.PC_IVLD_ENABLE -> {
                // They clear themselves when it is done, that is at once.
            }
            case Sun50iLayout.INT_STA, Sun50iLayout.L1PG_INT, Sun50iLayout.L2PG_INT -> {
                // Read only.
            }
            default ->
                registers.set32(
                        offset,
                        mergesAuthorities && Sun50iLayout.isAuthority(offset)
                                ? registers.get32(offset) | value
                                : value);
        }
    }

    private void written(int offset, int value) {
        if (offset == Sun50iLayout.TLB_FLUSH) {
            flushed(FLUSH, 0, walker.flush(value));
        } else if (offset == Sun50iLayout.TLB_IVLD_ENABLE && (value & 1) != 0) {
            long address = registers.getUnsigned(Sun50iLayout.TLB_IVLD_ADDR);
            flushed(FLUSH, address, walker.invalidate(address, registers.get32(Sun50iLayout.TLB_IVLD_ADDR_MASK)));
        } else if (offset == Sun50iLayout.PC_IVLD_ENABLE && (value & 1) != 0) {
            long address = registers.getUnsigned(Sun50iLayout.PC_IVLD_ADDR);
            flushed(WALK_CACHE_FLUSH, address, walker.invalidateDirectory(address));
        } else if (offset == Sun50iLayout.RESET) {
            resetMasters(~value & Sun50iLayout.ALL_MASTERS);
        }
    }

    private void flushed(Term term, long address, int count) {
        machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, term, this, address, count);
    }

    /** A master's channel that is put into reset forgets what stood in it. */
    private void resetMasters(int masters) {
        walker.flush(masters);
        stalled.setQuietly(stalled.get() & ~masters);
        if (stalled.get() == 0) {
            held.setQuietly(0);
        }
    }

    private void signal() {
        boolean wanted = faults.interrupts();
        if (wanted && !irq.isRaised()) {
            irq.raise(this);
        } else if (!wanted) {
            irq.lower(this);
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views((register, value) -> Sun50iWords.meaning(register.offset(), (int) value));
    }

    // ---- what it does now

    private static int master(DmaMaster port) {
        return Math.floorMod(port.streamId(), Sun50iLayout.MASTERS);
    }

    private boolean translating(int master) {
        return powered() && registers.bit(Sun50iLayout.ENABLE, 0) && !registers.bit(Sun50iLayout.BYPASS, master);
    }

    /** Of any master. */
    @Override
    public boolean translating() {
        int bypass = registers.get32(Sun50iLayout.BYPASS) & Sun50iLayout.ALL_MASTERS;
        return powered() && registers.bit(Sun50iLayout.ENABLE, 0) && bypass != Sun50iLayout.ALL_MASTERS;
    }

    @Override
    public boolean translating(DmaMaster port) {
        return translating(master(port));
    }

    private boolean stands(int master) {
        return (stalled.get() >>> master & 1) != 0 || powered() && !registers.bit(Sun50iLayout.RESET, master);
    }

    /** Some master's channel. */
    @Override
    public boolean blocked() {
        for (int master = 0; master < Sun50iLayout.MASTERS; master++) {
            if (stands(master)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long tableBase() {
        return registers.get(Sun50iLayout.TTB) & Sun50iLayout.TTB_MASK;
    }

    /** What the authority registers let a master do with a page entry. */
    int allowed(int master, long entry) {
        int authority = Sun50iFormat.authority(entry);
        int forbidden = registers.get32(Sun50iLayout.authorityRegister(authority));
        int prot = (forbidden & Sun50iLayout.readUnavailable(authority, master)) == 0 ? Prot.READ : 0;
        return prot | ((forbidden & Sun50iLayout.writeUnavailable(authority, master)) == 0 ? Prot.WRITE : 0);
    }

    private boolean allows(int master, long entry, boolean write) {
        return (allowed(master, entry) & (write ? Prot.WRITE : Prot.READ)) != 0;
    }

    @Override
    public List<TlbView> tlb() {
        return walker.views();
    }

    @Override
    public int tlbSlots() {
        return Sun50iWalker.slots();
    }

    @Override
    public String fault() {
        return faults.words();
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster port, long input, boolean write) {
        int master = master(port);
        if (stands(master)) {
            held.add(1);
            return new Access.Held();
        }
        if (!translating(master)) {
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
            return new Access.Pass(input);
        }
        long address = input & INPUT;
        boolean ahead = registers.bit(Sun50iLayout.TLB_PREFETCH, master);
        Sun50iWalker.Result result = walker.lookUp(master, tableBase(), address, ahead);
        if (result.miss() != Miss.NONE || !allows(master, result.entry(), write)) {
            return fault(Fault.of(result.miss()), master, address, result.entry());
        }
        long output = result.entry() & -PAGE | address & PAGE - 1;
        machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, address, output);
        return new Access.Pass(output);
    }

    /**
     * Latches the fault and interrupts the CPU. That the master's channel stands until it is reset is a model: it is what
     * the driver's handler does after every fault.
     */
    private Access fault(Fault fault, int master, long input, long entry) {
        int status = faults.latch(fault, master, input, entry);
        stalled.setQuietly(stalled.get() | 1L << master);
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(fault.cause()), this, input, status);
        signal();
        return stands(master) ? new Access.Held() : new Access.Refused(fault.cause());
    }

    /** {@inheritDoc} As master 0. The levels show memory; the verdict is what the unit would do. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        long address = input & INPUT;
        var fields = words.address(address, 1, PAGE);
        var levels = new ArrayList<WalkTrace.Level>();
        if (!translating(0)) {
            return new WalkTrace(id(), input, write, fields, "off", levels, new Verdict.Untranslated(input));
        }
        RadixWalker.Result walked = looker.picture(tableBase(), address, words, levels);
        List<Sun50iWalker.Result> cached = walker.held(0, address);
        var result = cached.isEmpty() ? fromMemory(walked) : cached.getFirst();
        String tlb = cached.isEmpty() ? "miss" : "hit";
        return new WalkTrace(id(), address, write, fields, tlb, levels, verdict(result, address, write));
    }

    private Sun50iWalker.Result fromMemory(RadixWalker.Result walked) {
        return switch (walked) {
            case RadixWalker.Found found -> walker.result(found.entry());
            case RadixWalker.NotMapped(int level, long entry) -> invalid(level, entry);
            case RadixWalker.NoMemory(int level, long address) -> invalid(level, 0);
        };
    }

    private static Sun50iWalker.Result invalid(int level, long entry) {
        return new Sun50iWalker.Result(level == 0 ? Miss.INVALID_L1 : Miss.INVALID_L2, entry);
    }

    private Verdict verdict(Sun50iWalker.Result result, long input, boolean write) {
        long entry = result.entry();
        return result.miss() == Miss.NONE && allows(0, entry, write)
                ? new Verdict.Reached(entry & -PAGE | input & PAGE - 1, PAGE, Prot.letters(allowed(0, entry)))
                : new Verdict.Refused(Fault.of(result.miss()).cause());
    }
}
