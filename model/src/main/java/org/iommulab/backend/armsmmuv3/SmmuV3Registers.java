package org.iommulab.backend.armsmmuv3;

import java.util.StringJoiner;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.WideRegisters;
import org.iommulab.sim.SimObject;

/** The registers of the unit. What it acknowledges, it acknowledges at once. */
final class SmmuV3Registers extends WideRegisters {
    private static final int ALL_ENABLES = 0x1f;
    private static final int ALL_INTERRUPTS = 7;

    private final SmmuV3Idr idr;

    SmmuV3Registers(SimObject unit, SmmuV3Idr idr) {
        super(unit, SmmuV3Layout.registers(idr));
        this.idr = idr;
    }

    SmmuV3Idr idr() {
        return idr;
    }

    @Override
    protected boolean isWide(int offset) {
        return SmmuV3Layout.isWide(offset);
    }

    @Override
    protected void write(int offset, long value) {
        int word = (int) value;
        switch (offset) {
            case SmmuV3Layout.IDR0,
                    SmmuV3Layout.IDR1,
                    SmmuV3Layout.IDR3,
                    SmmuV3Layout.IDR5,
                    SmmuV3Layout.IIDR,
                    SmmuV3Layout.CR0ACK,
                    SmmuV3Layout.IRQ_CTRLACK,
                    SmmuV3Layout.GERROR -> {}
            case SmmuV3Layout.CR0 -> acknowledged(offset, SmmuV3Layout.CR0ACK, word & ALL_ENABLES);
            case SmmuV3Layout.IRQ_CTRL -> acknowledged(offset, SmmuV3Layout.IRQ_CTRLACK, word & ALL_INTERRUPTS);
            case SmmuV3Layout.GBPA -> {
                if ((word & SmmuV3Layout.GBPA_UPDATE) != 0) {
                    set32(offset, word & ~SmmuV3Layout.GBPA_UPDATE);
                }
            }
            default -> set(offset, SmmuV3Layout.isWide(offset) ? value : value & 0xffff_ffffL);
        }
    }

    private void acknowledged(int offset, int acknowledgement, int value) {
        set32(offset, value);
        set32(acknowledgement, value);
    }

    // ---- what they say

    boolean enabled(int bit) {
        return (get32(SmmuV3Layout.CR0) & bit) != 0;
    }

    boolean interrupts(int bit) {
        return (get32(SmmuV3Layout.IRQ_CTRL) & bit) != 0;
    }

    /** Whether an error waits for the driver. */
    boolean active(int error) {
        return ((get32(SmmuV3Layout.GERROR) ^ get32(SmmuV3Layout.GERRORN)) & error) != 0;
    }

    void raise(int error) {
        if (!active(error)) {
            set32(SmmuV3Layout.GERROR, get32(SmmuV3Layout.GERROR) ^ error);
        }
    }

    long streamTable() {
        return get(SmmuV3Layout.STRTAB_BASE) & SmmuV3Layout.STRTAB_ADDRESS;
    }

    boolean twoLevels() {
        return (get32(SmmuV3Layout.STRTAB_BASE_CFG) & SmmuV3Layout.FORMAT) == SmmuV3Layout.TWO_LEVELS;
    }

    int split() {
        return get32(SmmuV3Layout.STRTAB_BASE_CFG) >>> SmmuV3Layout.SPLIT_SHIFT & SmmuV3Layout.SPLIT_MASK;
    }

    /** log2 of the number of stream ids, as far as the unit knows so many. */
    int log2Ids() {
        return Math.min(get32(SmmuV3Layout.STRTAB_BASE_CFG) & SmmuV3Layout.LOG2SIZE_MASK, idr.idBits());
    }

    static int log2Entries(long base, int most) {
        return Math.min((int) base & SmmuV3Layout.QUEUE_LOG2SIZE, most);
    }

    // ---- for looking at

    @Override
    protected String meaning(Register register, long value) {
        return switch (register.offset()) {
            case SmmuV3Layout.CR0, SmmuV3Layout.CR0ACK -> enables((int) value);
            case SmmuV3Layout.GBPA ->
                (value & SmmuV3Layout.GBPA_ABORT) != 0 ? "refuses while the unit is off" : "lets pass while it is off";
            case SmmuV3Layout.STRTAB_BASE -> EntryWords.hex(value & SmmuV3Layout.STRTAB_ADDRESS);
            case SmmuV3Layout.STRTAB_BASE_CFG ->
                (twoLevels() ? "two levels, split at bit " + split() : "linear") + ", ids of "
                        + (value & SmmuV3Layout.LOG2SIZE_MASK) + " bits";
            case SmmuV3Layout.CMDQ_BASE, SmmuV3Layout.EVTQ_BASE, SmmuV3Layout.PRIQ_BASE ->
                EntryWords.hex(value & SmmuV3Layout.QUEUE_ADDRESS) + ", 2^" + (value & SmmuV3Layout.QUEUE_LOG2SIZE)
                        + " entries";
            case SmmuV3Layout.CMDQ_CONS -> error((int) value >>> SmmuV3Layout.CMDQ_ERROR_SHIFT);
            default -> "";
        };
    }

    private static String error(int code) {
        return switch (code & SmmuV3Layout.CMDQ_ERROR_MASK) {
            case 0 -> "";
            case SmmuV3Layout.ERROR_ILLEGAL -> "stopped: illegal command";
            case SmmuV3Layout.ERROR_ABORT -> "stopped: command could not be read";
            default -> "stopped";
        };
    }

    private static String enables(int value) {
        var words = new StringJoiner(", ");
        add(words, value, SmmuV3Layout.SMMUEN, "translates");
        add(words, value, SmmuV3Layout.CMDQEN, "commands");
        add(words, value, SmmuV3Layout.EVTQEN, "events");
        add(words, value, SmmuV3Layout.PRIQEN, "page requests");
        return words.length() == 0 ? "off" : words.toString();
    }

    private static void add(StringJoiner words, int value, int bit, String word) {
        if ((value & bit) != 0) {
            words.add(word);
        }
    }
}
