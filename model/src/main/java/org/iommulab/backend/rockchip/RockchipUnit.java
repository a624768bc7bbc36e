package org.iommulab.backend.rockchip;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.rockchip.RockchipWalker.Found;
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
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * The IOMMU of one Rockchip master: as many banks as the master has ports, each a complete MMU with registers, IOTLB and
 * faults, and one interrupt. A port's number is its bank's. It is off, without power, until {@link #powerOn}.
 */
public final class RockchipUnit extends IommuUnit implements Mmio {
    private static final long INPUT = 0xffff_ffffL;

    private final RockchipFormat format;
    private final InterruptLine irq;
    private final RegisterFile registers;
    private final List<RockchipBank> banks;
    private final RadixWalker looker;
    private final RockchipEntries words;
    private final FlagCell powered;

    /** @param banks where each bank's registers begin, the first at 0; ascending */
    public RockchipUnit(
            Machine machine,
            String name,
            RockchipFormat format,
            List<Integer> banks,
            PhysicalMemory memory,
            InterruptLine irq) {
        super(machine, name);
        this.format = format;
        this.irq = irq;
        this.registers = new RegisterFile(this, RockchipLayout.registers(banks));
        this.banks = banks.stream()
                .map(base -> new RockchipBank(this, format, registers, base, memory))
                .toList();
        this.looker = new RadixWalker(memory, format, List.of("dte", "pte"));
        this.words = new RockchipEntries(format);
        this.powered = new FlagCell(this, Lane.HARDWARE, Term.flag("powered"));
    }

    @Override
    public String model() {
        return "Rockchip IOMMU " + (format == RockchipFormat.V1 ? "v1" : "v2");
    }

    // ---- power

    public void powerOn() {
        powered.set(true);
    }

    /** Register content and everything cached are lost. */
    public void powerOff() {
        banks.forEach(RockchipBank::reset);
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
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        boolean lost = !powered() || !registers.has(offset);
        RockchipBank bank = lost ? banks.getFirst() : bankAt(offset);
        if (!lost) {
            bank.write(offset - bank.base(), value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        if (!lost) {
            bank.written(offset - bank.base(), value);
            signal();
        }
    }

    private RockchipBank bankAt(int offset) {
        RockchipBank at = banks.getFirst();
        for (RockchipBank bank : banks) {
            if (bank.base() <= offset) {
                at = bank;
            }
        }
        return at;
    }

    /** Pulls the interrupt line, or lets it go. */
    void signal() {
        boolean wanted = banks.stream().anyMatch(RockchipBank::interrupts);
        if (wanted && !irq.isRaised()) {
            irq.raise(this);
        } else if (!wanted) {
            irq.lower(this);
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views((register, value) -> {
            int offset = register.offset() - bankAt(register.offset()).base();
            return RockchipWords.meaning(format, offset, (int) value);
        });
    }

    // ---- what it does now

    private RockchipBank bank(DmaMaster port) {
        return banks.get(Math.floorMod(port.streamId(), banks.size()));
    }

    /** Of the first bank, and of all when the driver has its way. */
    @Override
    public boolean translating() {
        return powered() && banks.getFirst().translating();
    }

    @Override
    public boolean translating(DmaMaster port) {
        return powered() && bank(port).translating();
    }

    @Override
    public boolean blocked() {
        return powered() && banks.stream().anyMatch(RockchipBank::holding);
    }

    @Override
    public long tableBase() {
        return banks.getFirst().directory();
    }

    @Override
    public long tableBase(DmaMaster port) {
        return bank(port).directory();
    }

    @Override
    public List<TlbView> tlb() {
        var views = new ArrayList<TlbView>();
        for (int i = 0; i < banks.size(); i++) {
            views.addAll(banks.get(i)
                    .walker()
                    .views(i * LineCache.size(), banks.get(i).directory()));
        }
        return views;
    }

    @Override
    public int tlbSlots() {
        return banks.size() * LineCache.size();
    }

    @Override
    public String fault() {
        return banks.stream()
                .map(RockchipBank::fault)
                .filter(f -> !f.isEmpty())
                .findFirst()
                .orElse("");
    }

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        return bank(master).access(input, write);
    }

    /** {@inheritDoc} Through the first bank. The levels show memory; the verdict is what the bank would do. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        long address = input & INPUT;
        var fields = words.address(address, 1, RockchipFormat.PAGE);
        var levels = new ArrayList<WalkTrace.Level>();
        if (!translating()) {
            return new WalkTrace(id(), input, write, fields, "off", levels, new Verdict.Untranslated(input));
        }
        RockchipBank bank = banks.getFirst();
        boolean held = bank.walker().holds(address);
        RadixWalker.Result walked = looker.picture(bank.directory(), address, words, levels);
        RockchipWalker.Result result = held ? bank.walker().held(address) : asBankSees(walked);
        return new WalkTrace(
                id(), address, write, fields, held ? "hit" : "miss", levels, verdict(result, address, write));
    }

    private static RockchipWalker.Result asBankSees(RadixWalker.Result walked) {
        return switch (walked) {
            case RadixWalker.Found found -> new Found(found.page(), found.prot());
            case RadixWalker.NotMapped _ -> new RockchipWalker.NotMapped();
            case RadixWalker.NoMemory _ -> new RockchipWalker.NoMemory();
        };
    }

    private static Verdict verdict(RockchipWalker.Result result, long input, boolean write) {
        if (result instanceof Found(long page, int prot) && RockchipBank.allows(result, write)) {
            long output = page | input & RockchipFormat.PAGE - 1;
            return new Verdict.Reached(output, RockchipFormat.PAGE, Prot.letters(prot));
        }
        return new Verdict.Refused(result instanceof RockchipWalker.NoMemory ? "bus error" : "page fault");
    }
}
