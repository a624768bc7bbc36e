package org.iommulab.backend.sprd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.sprd.SprdLayout.Flavour;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * One IOMMU in front of one master. It knows no fault: what is outside the window, and what an empty entry says, goes to
 * the default page. That it takes an entry of 0 for empty, and passes everything while it is off, is a model: neither is
 * documented.
 */
public final class SprdUnit extends IommuUnit implements Mmio {
    private static final long PAGE = SprdPageTable.PAGE;
    // Its real size is not known.
    private static final int TLB_WAYS = 16;
    private static final int AROUND = 4;
    private static final int LAST_PAGE = 0xf_ffff;

    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term DEFAULTED = Term.hex("sent to the default page");
    private static final Term ENTRY = Term.hex("table entry");
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term TLB_FLUSH = Term.of("TLB flush", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final Flavour flavour;
    private final PhysicalMemory memory;
    private final RegisterFile registers;
    private final Iotlb tlb;

    public SprdUnit(Machine machine, String name, Flavour flavour, PhysicalMemory memory) {
        super(machine, name);
        this.flavour = flavour;
        this.memory = memory;
        this.registers = new RegisterFile(this, flavour.registers());
        this.tlb = new Iotlb(machine, 1, TLB_WAYS, 12);
    }

    @Override
    public String model() {
        return "IOMMU " + flavour;
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int value = registers.get32(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        if (offset == SprdLayout.VERSION) {
            // Where it shares the register with CFG, the version stays.
            registers.set32(offset, flavour == Flavour.EX ? value & ~SprdLayout.VERSION_MASK : registers.get32(offset));
        } else if (offset != flavour.update()) {
            registers.set32(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        if (offset == flavour.update() && value == SprdLayout.UPDATE_ALL) {
            machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, TLB_FLUSH, this, 0, tlb.flushAll());
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views((register, value) -> {
            if (register.offset() == flavour.cfg()) {
                return translating() ? "enabled" : "disabled: pass-through";
            }
            return register.offset() == SprdLayout.FIRST_PPN ? "table at " + EntryWords.hex(value * PAGE) : "";
        });
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return (registers.get(flavour.cfg()) & SprdLayout.CFG_ENABLE) != 0;
    }

    @Override
    public long tableBase() {
        return registers.getUnsigned(SprdLayout.FIRST_PPN) * PAGE;
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

    /** {@inheritDoc} It never has one. */
    @Override
    public String fault() {
        return "";
    }

    // ---- the table

    /** The place of an address in the table; negative outside the window. */
    private long index(long input) {
        long index = (input >>> 12) - registers.getUnsigned(flavour.firstVpn());
        return index > registers.getUnsigned(flavour.vpnRange()) ? -1 : index;
    }

    /** The entry at an index, 0 where no memory answers. */
    private long entry(long index) {
        long address = tableBase() + 4 * index;
        return memory.contains(address, 4) ? memory.read32(address) & 0xffff_ffffL : 0;
    }

    private static long frame(long entry) {
        return entry & SprdLayout.ENTRY_PPN;
    }

    private long defaultPage(boolean write) {
        return registers.getUnsigned(write ? flavour.defaultForWrites() : SprdLayout.DEFAULT_PPN) * PAGE;
    }

    private boolean bypasses() {
        return (registers.get(flavour.cfg()) & SprdLayout.CFG_BYPASS) != 0;
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        if (!translating()) {
            return pass(UNTRANSLATED, input, input);
        }
        long address = input & 0xffff_ffffL;
        int slot = tlb.find(address);
        if (slot != Iotlb.MISS) {
            long output = tlb.translate(slot, address);
            machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, this, address, output);
            return pass(TRANSLATED, address, output);
        }
        machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, this, address, 4);
        long index = index(address);
        if (index < 0) {
            return bypasses() ? pass(UNTRANSLATED, address, address) : lost(address, write);
        }
        long entry = entry(index);
        machine().emit(EventKind.WALK_READ, Lane.DMA, ENTRY, this, tableBase() + 4 * index, entry);
        long page = frame(entry) * PAGE;
        if (page == 0) {
            return lost(address, write);
        }
        tlb.fill(address, page, PAGE, 0);
        machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, this, address & -PAGE, page);
        return pass(TRANSLATED, address, page | address & PAGE - 1);
    }

    private Access lost(long address, boolean write) {
        return pass(DEFAULTED, address, defaultPage(write) | address & PAGE - 1);
    }

    private Access pass(Term how, long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, how, this, input, output);
        return new Access.Pass(output);
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        long address = input & 0xffff_ffffL;
        var fields =
                List.of(BitField.of("page number", 31, 12, address, ""), BitField.of("offset", 11, 0, address, ""));
        var levels = new ArrayList<WalkTrace.Level>();
        if (!translating()) {
            return new WalkTrace(id(), address, write, fields, "off", levels, new Verdict.Untranslated(address));
        }
        long index = index(address);
        // this hardware has no faults: nobody hears of it
        Verdict verdict =
                new Verdict.Redirected("nothing mapped", "default page", defaultPage(write) | address & PAGE - 1);
        if (index >= 0) {
            levels.add(level((int) index));
            long page = frame(entry(index)) * PAGE;
            verdict = page == 0 ? verdict : reached(page | address & PAGE - 1);
        } else if (bypasses()) {
            verdict = new Verdict.Untranslated(address);
        }
        int slot = tlb.find(address);
        if (slot != Iotlb.MISS) {
            verdict = reached(tlb.translate(slot, address));
        }
        return new WalkTrace(id(), address, write, fields, slot == Iotlb.MISS ? "miss" : "hit", levels, verdict);
    }

    private static Verdict reached(long output) {
        return new Verdict.Reached(output, PAGE, "rw");
    }

    private WalkTrace.Level level(int index) {
        // The register may say more than there are page numbers.
        int last = (int) Math.min(LAST_PAGE, registers.getUnsigned(flavour.vpnRange()));
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(last, index + AROUND); i++) {
            around.add(new WalkTrace.Entry(i, entry(i), frame(entry(i)) == 0 ? "-" : "4K"));
        }
        long entry = entry(index);
        return new WalkTrace.Level(
                "table",
                tableBase(),
                4,
                last + 1,
                index,
                entry,
                List.of(
                        BitField.of("ignored", 31, 20, entry, ""),
                        BitField.of("page number", 19, 0, entry, EntryWords.hex(frame(entry) * PAGE))),
                frame(entry) == 0
                        ? "Empty: the access goes to the default page."
                        : "Maps 4K at " + EntryWords.hex(frame(entry) * PAGE) + ".",
                around);
    }
}
