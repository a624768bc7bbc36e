package org.iommulab.backend.pamu;

import java.util.List;
import org.iommulab.backend.pamu.PamuLayout.Violation;
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
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * One PAMU: for each access it looks up the entry of the device's number (LIODN) in a table in memory, and lets the
 * access through when it falls into the entry's window with the right permission. It has caches of entries, but they
 * snoop the fabric, so that no stale entry can be seen; they are left out. It has no power or clock of its own.
 */
public final class Pamu extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term ENTRY = Term.hex("PAACE addr_bitfields");

    private final int number;
    private final PhysicalMemory memory;
    private final InterruptLine irq;
    private final PamuBypass bypass;
    private final RegisterFile registers;

    /**
     * @param number its place among the chip's PAMUs, from 0
     * @param irq one line for all of them
     */
    public Pamu(Machine machine, String name, int number, PhysicalMemory memory, InterruptLine irq, PamuBypass bypass) {
        super(machine, name);
        this.number = number;
        this.memory = memory;
        this.irq = irq;
        this.bypass = bypass;
        this.registers = new RegisterFile(this, PamuLayout.REGISTERS);
    }

    @Override
    public String model() {
        return "PAMU " + number;
    }

    // ---- registers

    @Override
    public void write32(int offset, int value) {
        switch (offset) {
            case PamuLayout.AVS1 -> clearViolation(value & PamuLayout.AVS1_STATUS);
            case PamuLayout.PICS -> {
                int status = registers.get32(PamuLayout.PICS) & PamuLayout.PICS_AV_STATUS;
                registers.set32(PamuLayout.PICS, value & PamuLayout.PICS_AV_ENABLE | status);
            }
            case PamuLayout.POES1,
                    PamuLayout.POES2,
                    PamuLayout.POEAH,
                    PamuLayout.POEAL,
                    PamuLayout.AVS2,
                    PamuLayout.AVAH,
                    PamuLayout.AVAL,
                    PamuLayout.UDAD -> {
                // status, for reading only
            }
            default -> registers.set32(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
        if (!isPending()) {
            irq.lower(this);
        } else if (offset == PamuLayout.PICS && interrupts() && !irq.isRaised()) {
            irq.raise(this);
        }
    }

    private void clearViolation(int bits) {
        int left = registers.get32(PamuLayout.AVS1) & ~bits;
        registers.set32(PamuLayout.AVS1, left);
        if ((left & PamuLayout.AVS1_AV) == 0) {
            registers.set32(PamuLayout.PICS, registers.get32(PamuLayout.PICS) & ~PamuLayout.PICS_AV_STATUS);
        }
    }

    private boolean isPending() {
        return (registers.get32(PamuLayout.AVS1) & PamuLayout.AVS1_AV) != 0;
    }

    private boolean interrupts() {
        return (registers.get32(PamuLayout.PICS) & PamuLayout.PICS_AV_ENABLE) != 0;
    }

    @Override
    public int read32(int offset) {
        int value = registers.get32(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views((register, value) -> meaning(register.offset(), (int) value));
    }

    private String meaning(int offset, int value) {
        return switch (offset) {
            case PamuLayout.PPBAL -> "primary table at " + EntryWords.hex(tableBase());
            case PamuLayout.PC ->
                bypass.goesRound(number)
                        ? "bypassed"
                        : (value & PamuLayout.PC_PE) != 0 ? "enabled" : "disabled: pass-through";
            case PamuLayout.PICS ->
                (value & PamuLayout.PICS_AV_ENABLE) != 0 ? "violations interrupt" : "violations are silent";
            case PamuLayout.AVS1 -> isPending() ? fault() : "";
            default -> "";
        };
    }

    private long pair(int high) {
        return registers.getUnsigned(high) << 32 | registers.getUnsigned(high + 4);
    }

    PamuLookup lookup() {
        return new PamuLookup(memory, tableBase(), pair(PamuLayout.PPLAH), pair(PamuLayout.SPBAH));
    }

    // ---- what it does now

    @Override
    public boolean translating() {
        return (registers.get32(PamuLayout.PC) & PamuLayout.PC_PE) != 0 && !bypass.goesRound(number);
    }

    /** The primary table, which all PAMUs of a chip share. */
    @Override
    public long tableBase() {
        return pair(PamuLayout.PPBAH);
    }

    /** Whether the port's entry exchanges addresses, be it for the same ones; an entry without translation does not. */
    @Override
    public boolean translating(DmaMaster port) {
        return translating()
                && isThere(port)
                && Paace.read(memory, tableBase(port)).isValid()
                && Paace.read(memory, tableBase(port)).translates();
    }

    /** The port's entry. */
    @Override
    public long tableBase(DmaMaster port) {
        return lookup().entryAddress(port.streamId());
    }

    private boolean isThere(DmaMaster port) {
        return lookup().knows(port.streamId()) && Paace.isThere(memory, tableBase(port));
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return translating()
                && (!isThere(port) || !Paace.read(memory, tableBase(port)).isValid());
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
        return isPending()
                ? "LIODN " + EntryWords.hex(registers.getUnsigned(PamuLayout.AVS1) >>> PamuLayout.AVS1_LIODN_SHIFT)
                        + ": access violation at " + EntryWords.hex(pair(PamuLayout.AVAH))
                : "";
    }

    /** The access of a device whose number is 0. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        return new PamuTrace(this, memory).of(0, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return new PamuTrace(this, memory).of(port.streamId(), input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        if (!translating()) {
            return pass(UNTRANSLATED, input, input);
        }
        int liodn = master.streamId();
        return switch (lookup().find(liodn, input, write, this::emitRead)) {
            case PamuLookup.Reached(long output) -> pass(TRANSLATED, input, output);
            case PamuLookup.Refused(Violation violation, long entry) -> violate(liodn, input, violation, entry);
        };
    }

    /** An entry is read as a whole; the word that decides most stands for it. */
    private void emitRead(Paace entry) {
        machine()
                .emit(
                        EventKind.WALK_READ,
                        Lane.DMA,
                        ENTRY,
                        this,
                        entry.address() + PamuLayout.ADDR_BITFIELDS,
                        entry.addressBits() & 0xffff_ffffL);
    }

    private Access pass(Term term, long input, long output) {
        machine().emit(EventKind.TRANSLATED, Lane.DMA, term, this, input, output);
        return new Access.Pass(output);
    }

    /** The first violation is latched and interrupts the CPU; later ones are refused like it and leave no trace. */
    private Access violate(int liodn, long input, Violation violation, long entry) {
        if (!isPending()) {
            registers.set32(
                    PamuLayout.AVS1, liodn << PamuLayout.AVS1_LIODN_SHIFT | violation.bits() | PamuLayout.AVS1_AV);
            registers.set32(PamuLayout.AVAH, (int) (input >>> 32));
            registers.set32(PamuLayout.AVAL, (int) input);
            registers.set32(PamuLayout.POEAH, (int) (entry >>> 32));
            registers.set32(PamuLayout.POEAL, (int) entry);
            registers.set32(PamuLayout.PICS, registers.get32(PamuLayout.PICS) | PamuLayout.PICS_AV_STATUS);
        }
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(violation.words()), this, input, liodn);
        if (interrupts() && !irq.isRaised()) {
            irq.raise(this);
        }
        return new Access.Refused(violation.words());
    }
}
