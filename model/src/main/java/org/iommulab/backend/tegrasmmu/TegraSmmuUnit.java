package org.iommulab.backend.tegrasmmu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.tegrasmmu.TegraSmmuChip.SwGroup;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
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
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The SMMU in the memory controller of a Tegra: a port's enable bit, its software group's address space, that address
 * space's page directory. A port's number is its software group. It always has power. A fault is an interrupt of the
 * memory controller; the transaction is dropped.
 */
public final class TegraSmmuUnit extends IommuUnit implements Mmio {
    static final String FAULT = "SMMU translation error";
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term PTC_FLUSH = Term.of("PTC flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final long INPUT = 0xffff_ffffL;
    private static final long PAGE = TegraSmmuFormat.PAGE;
    private static final int PROT_BITS = 2;

    private final TegraSmmuChip chip;
    private final InterruptLine irq;
    private final RegisterFile registers;
    private final TegraSmmuSpaces spaces;
    private final TegraSmmuWalker walker;
    private final RadixWalker looker;
    private final TegraSmmuEntries words;
    /** Attributes of a slot: the address space's number, and below it what is allowed. */
    private final Iotlb tlb;

    public TegraSmmuUnit(Machine machine, String name, TegraSmmuChip chip, PhysicalMemory memory, InterruptLine irq) {
        super(machine, name);
        this.chip = chip;
        this.irq = irq;
        this.registers = new RegisterFile(this, TegraSmmuLayout.registers(chip));
        this.spaces = new TegraSmmuSpaces(machine, chip, registers);
        this.walker = new TegraSmmuWalker(this, chip, memory);
        this.looker = new RadixWalker(memory, chip.format(), List.of("pd", "pt"));
        this.words = new TegraSmmuEntries(chip.format());
        this.tlb = new Iotlb(machine, 1, chip.tlbLines(), 12);
    }

    @Override
    public String model() {
        return "Tegra SMMU of Tegra" + chip.number();
    }

    // ---- registers

    private long content(int offset) {
        return offset == TegraSmmuLayout.PTB_DATA ? spaces.selected() : registers.getUnsigned(offset);
    }

    @Override
    public int read32(int offset) {
        int value = (int) content(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value & INPUT);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        store(offset, value);
        registers.emit(EventKind.REGISTER_WRITE, offset, value & INPUT);
        written(offset, value);
        signal();
    }

    private void store(int offset, int value) {
        switch (offset) {
            case TegraSmmuLayout.INTSTATUS -> registers.set32(offset, registers.get32(offset) & ~value);
            case TegraSmmuLayout.ERR_STATUS, TegraSmmuLayout.ERR_ADR -> {
                // Read only.
            }
            case TegraSmmuLayout.TLB_FLUSH, TegraSmmuLayout.PTC_FLUSH -> {
                // They have their effect afterwards.
            }
            case TegraSmmuLayout.PTB_DATA -> spaces.select(value);
            default -> {
                int fixed = chip.fixedBits(offset);
                registers.set32(offset, registers.get32(offset) & fixed | value & ~fixed);
            }
        }
    }

    private void written(int offset, int value) {
        if (offset == TegraSmmuLayout.TLB_FLUSH) {
            TegraSmmuLayout.TlbFlush what = chip.caches().decode(value);
            flushed(TLB_FLUSH, what.first(), flush(what));
        } else if (offset == TegraSmmuLayout.PTC_FLUSH) {
            if ((value & 1) == 0) {
                flushed(PTC_FLUSH, 0, walker.cache().flushAll());
            } else {
                long high = (registers.get(TegraSmmuLayout.PTC_FLUSH_HI) & 3) << 32;
                long address = high | value & INPUT & -chip.caches().atom();
                flushed(PTC_FLUSH, address, walker.cache().flush(address));
            }
        }
    }

    private int flush(TegraSmmuLayout.TlbFlush what) {
        int dropped = 0;
        for (int slot : tlb.used()) {
            boolean match = what.asid() == TegraSmmuLayout.TlbFlush.ALL_ASIDS || what.asid() == asidOf(slot);
            long offset = tlb.input(slot) - what.first();
            if (match && offset >= 0 && offset < what.bytes()) {
                tlb.drop(slot);
                dropped++;
            }
        }
        return dropped;
    }

    private void flushed(Term term, long address, int count) {
        machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, term, this, address, count);
    }

    private void signal() {
        boolean wanted = (registers.get32(TegraSmmuLayout.INTSTATUS) & registers.get32(TegraSmmuLayout.INTMASK)) != 0;
        if (wanted && !irq.isRaised()) {
            irq.raise(this);
        } else if (!wanted) {
            irq.lower(this);
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views(
                register -> content(register.offset()),
                (register, value) -> TegraSmmuWords.meaning(chip, register.offset(), (int) value));
    }

    /** Whether the page-table cache is in use. */
    boolean cachesTables() {
        return (registers.get32(TegraSmmuLayout.PTC_CONFIG) & TegraSmmuLayout.PTC_CONFIG_ENABLE) != 0;
    }

    // ---- what it does now

    private int asidOf(int slot) {
        return (int) (tlb.attributes(slot) >>> PROT_BITS);
    }

    @Override
    public boolean translating() {
        return spaces.firstGroup().isPresent();
    }

    @Override
    public boolean translating(DmaMaster port) {
        return spaces.translatedGroup(port.streamId(), false).isPresent();
    }

    /** {@inheritDoc} Of the first software group that is translated. */
    @Override
    public long tableBase() {
        return spaces.firstGroup().map(g -> spaces.directory(spaces.asidOf(g))).orElse(0L);
    }

    @Override
    public long tableBase(DmaMaster port) {
        return chip.swGroup(port.streamId())
                .filter(spaces::isOn)
                .map(g -> spaces.directory(spaces.asidOf(g)))
                .orElse(0L);
    }

    @Override
    public List<TlbView> tlb() {
        return tlb.used().stream()
                .map(s -> new TlbView(
                        s,
                        tlb.input(s),
                        tlb.output(s),
                        tlb.bytes(s),
                        Prot.letters((int) tlb.attributes(s)),
                        spaces.directory(asidOf(s))))
                .toList();
    }

    @Override
    public int tlbSlots() {
        return tlb.size();
    }

    @Override
    public String fault() {
        int status = registers.get32(TegraSmmuLayout.INTSTATUS);
        return (status & TegraSmmuLayout.INT_TRANSLATION) == 0
                ? ""
                : TegraSmmuWords.error(
                        chip,
                        registers.get32(TegraSmmuLayout.ERR_STATUS),
                        registers.getUnsigned(TegraSmmuLayout.ERR_ADR));
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster port, long input, boolean write) {
        Optional<SwGroup> group = spaces.translatedGroup(port.streamId(), write);
        if (group.isEmpty()) {
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
            return new Access.Pass(input);
        }
        int client = chip.client(port.streamId(), write).orElseThrow().id();
        int asid = spaces.asidOf(group.get());
        long address = input & INPUT;
        int slot = find(asid, address);
        if (slot != Iotlb.MISS) {
            long output = tlb.translate(slot, address);
            machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, this, address, output);
            int prot = (int) tlb.attributes(slot);
            return allows(prot, write) ? pass(address, output) : fault(client, write, address, entryOf(prot));
        }
        machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, this, address, 4);
        return switch (walker.walk(spaces.pointer(asid), address)) {
            case TegraSmmuWalker.Failed(long entry) -> fault(client, write, address, entry);
            case TegraSmmuWalker.Found(long page, int prot, long entry) -> {
                tlb.fill(address, page, PAGE, (long) asid << PROT_BITS | prot);
                machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, this, address & -PAGE, page);
                yield allows(prot, write)
                        ? pass(address, page | address & PAGE - 1)
                        : fault(client, write, address, entryOf(prot));
            }
        };
    }

    private int find(int asid, long address) {
        return tlb.find(address, -1L << PROT_BITS, (long) asid << PROT_BITS);
    }

    static boolean allows(int prot, boolean write) {
        return (prot & (write ? Prot.WRITE : Prot.READ)) != 0;
    }

    /** The flags of an entry that would allow this: the way as a whole is what a fault tells of. */
    private long entryOf(int prot) {
        return chip.format().leaf(1, PAGE, 0, prot);
    }

    private Access pass(long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, input, output);
        return new Access.Pass(output);
    }

    /** Both interrupts of a translation fault; the error registers keep the first one until it is acknowledged. */
    private Access fault(int client, boolean write, long input, long entry) {
        int pending = registers.get32(TegraSmmuLayout.INTSTATUS);
        if ((pending & TegraSmmuLayout.INT_TRANSLATION) == 0) {
            registers.set32(TegraSmmuLayout.ERR_STATUS, TegraSmmuLayout.errorStatus(client, write, entry));
            registers.set(TegraSmmuLayout.ERR_ADR, input);
        }
        registers.set32(TegraSmmuLayout.INTSTATUS, pending | TegraSmmuLayout.INT_TRANSLATION);
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(FAULT), this, input, TegraSmmuLayout.INT_TRANSLATION);
        signal();
        return new Access.Refused(FAULT);
    }

    /** {@inheritDoc} For the first software group that is translated. The levels show memory. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        return trace(spaces.firstGroup(), input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return trace(spaces.translatedGroup(port.streamId(), write), input, write);
    }

    private WalkTrace trace(Optional<SwGroup> group, long input, boolean write) {
        long address = input & INPUT;
        var fields = words.address(address, 1, PAGE);
        var levels = new ArrayList<WalkTrace.Level>();
        if (group.isEmpty()) {
            return new WalkTrace(id(), input, write, fields, "off", levels, new Verdict.Untranslated(input));
        }
        int asid = spaces.asidOf(group.get());
        looker.picture(spaces.directory(asid), address, words, levels);
        int slot = find(asid, address);
        Verdict verdict = new Verdict.Refused(FAULT);
        if (slot != Iotlb.MISS) {
            int prot = (int) tlb.attributes(slot);
            verdict = verdict(tlb.translate(slot, address), prot, write);
        } else if (walker.look(spaces.pointer(asid), address) instanceof TegraSmmuWalker.Found found) {
            verdict = verdict(found.page() | address & PAGE - 1, found.prot(), write);
        }
        String hit = slot == Iotlb.MISS ? "miss" : "hit";
        return new WalkTrace(id(), address, write, fields, hit, levels, verdict);
    }

    private static Verdict verdict(long output, int prot, boolean write) {
        return allows(prot, write) ? new Verdict.Reached(output, PAGE, Prot.letters(prot)) : new Verdict.Refused(FAULT);
    }
}
