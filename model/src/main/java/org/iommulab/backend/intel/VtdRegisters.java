package org.iommulab.backend.intel;

import java.util.List;
import java.util.StringJoiner;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The registers of the unit, and the root table pointer that it uses: what RTADDR said when SRTP was written. */
final class VtdRegisters {
    private static final String UPPER = ", upper half";

    private final SimObject unit;
    private final VtdCaps caps;
    private final RegisterFile file;
    private final LongCell rootTable;

    VtdRegisters(SimObject unit, VtdCaps caps, int version) {
        this.unit = unit;
        this.caps = caps;
        this.file = new RegisterFile(unit, VtdLayout.registers(caps, version));
        this.rootTable = new LongCell(unit, Lane.HARDWARE, Term.hex("root table pointer"));
    }

    VtdCaps caps() {
        return caps;
    }

    /** Where the register is that an access of 32 bits hits: of a 64-bit register, its lower half. */
    int register(int offset) {
        return VtdLayout.isWide(caps, offset & ~7) ? offset & ~7 : offset;
    }

    boolean has(int offset) {
        return file.has(offset);
    }

    long get(int offset) {
        return file.get(offset);
    }

    /** What the hardware itself changes. */
    void set(int offset, long value) {
        file.set(offset, value);
    }

    void emit(EventKind kind, int offset, long value) {
        int whole = register(offset & ~3);
        if (whole == (offset & ~3) || !file.has(whole)) {
            file.emit(kind, offset, value);
        } else {
            Term upper = Term.hex(nameOf(whole) + UPPER);
            unit.machine().emit(kind, Lane.HARDWARE, upper, unit, offset, value);
        }
    }

    private String nameOf(int offset) {
        return VtdLayout.registers(caps, 0).stream()
                .filter(register -> register.offset() == offset)
                .map(Register::name)
                .findFirst()
                .orElseThrow();
    }

    boolean status(int bit) {
        return file.bit(VtdLayout.GSTS, bit);
    }

    void setStatus(int bit, boolean on) {
        long mask = 1L << bit;
        long old = file.get(VtdLayout.GSTS);
        file.set(VtdLayout.GSTS, on ? old | mask : old & ~mask);
    }

    void raise(int faultStatusBit) {
        file.set(VtdLayout.FSTS, file.get(VtdLayout.FSTS) | 1L << faultStatusBit);
    }

    boolean translates() {
        return status(VtdLayout.TE);
    }

    boolean queues() {
        return status(VtdLayout.QIE);
    }

    /** Set root table pointer: from now on tables are read from where RTADDR points. */
    void takeRootTable() {
        rootTable.set(get(VtdLayout.RTADDR));
    }

    /** As a kernel leaves it that used it until it crashed; before the machine starts. */
    void leftOn(long root) {
        file.set(VtdLayout.RTADDR, root);
        rootTable.setQuietly(root);
        setStatus(VtdLayout.SRTP, true);
        setStatus(VtdLayout.TE, true);
    }

    long rootTable() {
        return rootTable.get() & VtdLayout.ADDRESS;
    }

    boolean scalable() {
        return (rootTable.get() & VtdLayout.SMT) != 0;
    }

    // ---- for looking at

    List<RegisterView> views() {
        return file.views(this::meaning);
    }

    private String meaning(Register register, long value) {
        return switch (register.offset()) {
            case VtdLayout.VER -> (value >>> 4 & 15) + ":" + (value & 15);
            case VtdLayout.GSTS -> status(value);
            case VtdLayout.RTADDR ->
                EntryWords.hex(value & VtdLayout.ADDRESS) + ((value & VtdLayout.SMT) != 0 ? ", scalable mode" : "");
            case VtdLayout.FSTS -> faults(value);
            case VtdLayout.FECTL -> value >>> VtdLayout.INTERRUPT_MASK != 0 ? "no interrupt" : "";
            case VtdLayout.IQA -> EntryWords.hex(value & VtdLayout.ADDRESS);
            default -> "";
        };
    }

    private static String status(long value) {
        if ((value >>> VtdLayout.TE & 1) == 0) {
            return "off: addresses pass untranslated";
        }
        return (value >>> VtdLayout.QIE & 1) != 0 ? "on, queued invalidation" : "on";
    }

    private static String faults(long value) {
        var words = new StringJoiner(", ");
        add(words, value, VtdLayout.PFO, "overflow");
        add(words, value, VtdLayout.PPF, "fault pending");
        add(words, value, VtdLayout.IQE, "queue error");
        add(words, value, VtdLayout.ICE, "completion error");
        add(words, value, VtdLayout.ITE, "time-out");
        return words.toString();
    }

    private static void add(StringJoiner words, long value, int bit, String word) {
        if ((value >>> bit & 1) != 0) {
            words.add(word);
        }
    }
}
