package org.iommulab.backend.tegragart;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * The aperture. What is outside of it passes untouched; inside, an entry says where the page is, and an access to an
 * entry that is not valid, or while the GART is off, ends with an error and the memory controller's interrupt.
 */
public final class GartUnit extends IommuUnit implements Mmio {
    private static final long PAGE = GartLayout.PAGE;
    private static final int AROUND = 4;
    private static final String FAULT = "GART page fault";

    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term ENTRY = Term.hex("aperture entry");

    private final long aperture;
    private final InterruptLine irq;
    private final RegisterFile registers;
    private final int entries;
    /** The cell that counts valid entries. */
    private final int valid;

    /** @param aperture physical address of its first byte */
    public GartUnit(Machine machine, String name, long aperture, InterruptLine irq) {
        super(machine, name);
        this.aperture = aperture;
        this.irq = irq;
        this.registers = new RegisterFile(this, GartLayout.REGISTERS);
        this.entries = machine.newCells(GartLayout.ENTRIES);
        this.valid = machine.newCells(1);
    }

    @Override
    public String model() {
        return "GART of Tegra20";
    }

    private boolean isInside(long address) {
        return address >= aperture && address < aperture + GartLayout.ENTRIES * PAGE;
    }

    private int index(long address) {
        return (int) ((address - aperture) / PAGE);
    }

    /** An entry, for looking at. */
    public long entry(int index) {
        return machine().load(entries + index);
    }

    private void setEntry(int index, int value) {
        int before = entry(index) >>> 31 != 0 ? 1 : 0;
        int after = value >>> 31;
        machine().store(entries + index, value & 0xffff_ffffL);
        if (before != after) {
            machine().store(valid, machine().load(valid) + after - before);
        }
    }

    // ---- registers

    private int content(int offset) {
        long selected = registers.getUnsigned(GartLayout.ENTRY_ADDR);
        if (offset == GartLayout.ENTRY_DATA) {
            return isInside(selected) ? (int) entry(index(selected)) : 0;
        }
        return registers.get32(offset);
    }

    @Override
    public int read32(int offset) {
        int value = content(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        long selected = registers.getUnsigned(GartLayout.ENTRY_ADDR);
        switch (offset) {
            case GartLayout.ENTRY_DATA -> {
                if (isInside(selected)) {
                    setEntry(index(selected), value);
                }
            }
            case GartLayout.INT_STATUS -> registers.set32(offset, registers.get32(offset) & ~value);
            case GartLayout.ERROR_REQ, GartLayout.ERROR_ADR -> {}
            default -> registers.set32(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        if (offset == GartLayout.INT_STATUS && registers.get(offset) == 0) {
            irq.lower(this);
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views(
                register -> content(register.offset()) & 0xffff_ffffL,
                (register, value) -> register.offset() == GartLayout.CONFIG ? translating() ? "enabled" : "off" : "");
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return registers.bit(GartLayout.CONFIG, 0);
    }

    /** {@inheritDoc} Somebody's pages are in the aperture; whose access it is makes no difference. */
    @Override
    public boolean translating(DmaMaster port) {
        return translating() && machine().load(valid) != 0;
    }

    @Override
    public boolean isolates() {
        return false;
    }

    /** {@inheritDoc} It has none; the aperture stands for it. */
    @Override
    public long tableBase() {
        return aperture;
    }

    @Override
    public List<TlbView> tlb() {
        return List.of();
    }

    @Override
    public int tlbSlots() {
        return 0;
    }

    @Override
    public String fault() {
        return registers.get(GartLayout.INT_STATUS) == 0
                ? ""
                : FAULT + " at " + EntryWords.hex(registers.getUnsigned(GartLayout.ERROR_ADR));
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        if (!isInside(input)) {
            machine().emit(EventKind.TRANSLATED, Lane.DMA, UNTRANSLATED, this, input, input);
            return new Access.Pass(input);
        }
        long entry = entry(index(input));
        if (!translating()) {
            return refuse(master, input, write);
        }
        machine().emit(EventKind.WALK_READ, Lane.DMA, ENTRY, this, input & -PAGE, entry);
        if ((entry & GartLayout.VALID & 0xffff_ffffL) == 0) {
            return refuse(master, input, write);
        }
        long output = entry & GartLayout.PAGE_MASK | input & PAGE - 1;
        machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, input, output);
        return new Access.Pass(output);
    }

    private Access refuse(DmaMaster master, long input, boolean write) {
        registers.set32(GartLayout.ERROR_REQ, (master.streamId() & 0x3f) << 1 | (write ? 1 : 0));
        registers.set32(GartLayout.ERROR_ADR, (int) input);
        registers.set32(GartLayout.INT_STATUS, registers.get32(GartLayout.INT_STATUS) | GartLayout.INT_INVALID_PAGE);
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(FAULT), this, input, 0);
        if ((registers.get(GartLayout.INT_MASK) & GartLayout.INT_INVALID_PAGE) != 0) {
            irq.raise(this);
        }
        return new Access.Refused(FAULT);
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        var fields =
                List.of(BitField.of("entry", 24, 12, input - aperture, ""), BitField.of("offset", 11, 0, input, ""));
        var levels = new ArrayList<WalkTrace.Level>();
        if (!isInside(input)) {
            return new WalkTrace(id(), input, write, fields, "none", levels, new Verdict.Untranslated(input));
        }
        long entry = entry(index(input));
        boolean valid = (entry & GartLayout.VALID & 0xffff_ffffL) != 0;
        levels.add(level(index(input), entry, valid));
        Verdict verdict = valid && translating()
                ? new Verdict.Reached(entry & GartLayout.PAGE_MASK | input & PAGE - 1, PAGE, "rw")
                : new Verdict.Refused(FAULT);
        return new WalkTrace(id(), input, write, fields, "none", levels, verdict);
    }

    private WalkTrace.Level level(int index, long entry, boolean valid) {
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(GartLayout.ENTRIES - 1, index + AROUND); i++) {
            around.add(new WalkTrace.Entry(i, entry(i), entry(i) >>> 31 != 0 ? "4K" : "-"));
        }
        return new WalkTrace.Level(
                "aperture",
                aperture,
                4,
                GartLayout.ENTRIES,
                index,
                entry,
                List.of(
                        BitField.flag("valid", 31, entry, "valid", "a GART page fault"),
                        BitField.of("page", 30, 12, entry, EntryWords.hex(entry & GartLayout.PAGE_MASK)),
                        BitField.of("zero", 11, 0, entry, "")),
                valid
                        ? "Maps 4K at " + EntryWords.hex(entry & GartLayout.PAGE_MASK) + "."
                        : "Not valid: the access ends with an error.",
                around);
    }
}
