package org.iommulab.backend.amd;

import java.util.List;
import java.util.StringJoiner;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The registers of the unit, and the two engines' state that its status register tells. */
final class AmdRegisters {
    private static final long POINTER = 0x7_fff0;

    private final RegisterFile file;
    private final long features;
    private final FlagCell commandsStopped;
    private final FlagCell logStopped;

    AmdRegisters(SimObject unit, long features) {
        this.features = features;
        this.file = new RegisterFile(unit, AmdLayout.registers(features));
        this.commandsStopped = new FlagCell(unit, Lane.HARDWARE, Term.flag("command buffer stopped"));
        this.logStopped = new FlagCell(unit, Lane.HARDWARE, Term.flag("event log stopped"));
    }

    long features() {
        return features;
    }

    long get(int offset) {
        long value = file.get(offset);
        if (offset != AmdLayout.STATUS) {
            return value;
        }
        return value
                | (logRuns() ? 1L << AmdLayout.EVENT_LOG_RUN : 0)
                | (commandsRun() ? 1L << AmdLayout.CMD_BUF_RUN : 0);
    }

    boolean has(int offset) {
        return file.has(offset);
    }

    boolean control(int bit) {
        return file.bit(AmdLayout.CONTROL, bit);
    }

    boolean status(int bit) {
        return file.bit(AmdLayout.STATUS, bit);
    }

    void raise(int statusBit) {
        file.set(AmdLayout.STATUS, file.get(AmdLayout.STATUS) | 1L << statusBit);
    }

    /** What the hardware itself changes: the head of the command buffer, the tail of the log. */
    void move(int offset, long value) {
        file.set(offset, value);
    }

    /** What the CPU writes. Toggling an engine's enable bit lets it run again after it stopped. */
    void write(int offset, long value) {
        switch (offset) {
            case AmdLayout.EXT_FEATURES -> {}
            case AmdLayout.STATUS -> file.set(offset, file.get(offset) & ~(value & AmdLayout.STATUS_CLEARABLE));
            case AmdLayout.CONTROL -> {
                long raised = value & ~file.get(offset);
                file.set(offset, value);
                if ((raised >>> AmdLayout.CMD_BUF_EN & 1) != 0) {
                    commandsStopped.setQuietly(false);
                }
                if ((raised >>> AmdLayout.EVENT_LOG_EN & 1) != 0) {
                    logStopped.setQuietly(false);
                }
            }
            case AmdLayout.CMD_HEAD,
                    AmdLayout.CMD_TAIL,
                    AmdLayout.EVT_HEAD,
                    AmdLayout.EVT_TAIL,
                    AmdLayout.PPR_HEAD,
                    AmdLayout.PPR_TAIL -> file.set(offset, value & POINTER);
            default -> file.set(offset, value);
        }
    }

    void emit(EventKind kind, int offset, long value) {
        file.emit(kind, offset, value);
    }

    // ---- the engines

    boolean translates() {
        return control(AmdLayout.IOMMU_EN);
    }

    boolean commandsRun() {
        return translates() && control(AmdLayout.CMD_BUF_EN) && !commandsStopped.get();
    }

    void stopCommands() {
        commandsStopped.set(true);
    }

    boolean logRuns() {
        return translates() && control(AmdLayout.EVENT_LOG_EN) && !logStopped.get();
    }

    void stopLog() {
        logStopped.set(true);
    }

    /** Whether the unit has a reason to interrupt. */
    boolean interrupts() {
        boolean event = status(AmdLayout.EVENT_INT) || status(AmdLayout.EVENT_OVERFLOW);
        return event && control(AmdLayout.EVENT_INT_EN)
                || status(AmdLayout.COM_WAIT_INT) && control(AmdLayout.COM_WAIT_INT_EN);
    }

    // ---- for looking at

    List<RegisterView> views() {
        return file.views(register -> get(register.offset()), this::meaning);
    }

    private String meaning(Register register, long value) {
        return switch (register.offset()) {
            case AmdLayout.DEV_TABLE ->
                EntryWords.hex(value & AmdLayout.ADDRESS) + ", "
                        + EntryWords.size(((value & AmdLayout.DEV_TABLE_SIZE) + 1) * 4096);
            case AmdLayout.CMD_BUF, AmdLayout.EVT_BUF, AmdLayout.PPR_LOG ->
                EntryWords.hex(value & AmdLayout.ADDRESS) + ", " + AmdLayout.bufferBytes(value) / AmdLayout.ENTRY_BYTES
                        + " entries";
            case AmdLayout.CONTROL -> control(value);
            case AmdLayout.STATUS -> status(value);
            default -> "";
        };
    }

    private static String control(long value) {
        if ((value & 1) == 0) {
            return "off: addresses pass untranslated";
        }
        var words = new StringJoiner(", ");
        words.add("on");
        add(words, value, AmdLayout.CMD_BUF_EN, "commands");
        add(words, value, AmdLayout.EVENT_LOG_EN, "event log");
        add(words, value, AmdLayout.EVENT_INT_EN, "its interrupt");
        add(words, value, AmdLayout.GT_EN, "guest tables");
        return words.toString();
    }

    private static String status(long value) {
        var words = new StringJoiner(", ");
        add(words, value, AmdLayout.EVENT_OVERFLOW, "event log overflow");
        add(words, value, AmdLayout.EVENT_INT, "event logged");
        add(words, value, AmdLayout.COM_WAIT_INT, "completion");
        add(words, value, AmdLayout.EVENT_LOG_RUN, "event log runs");
        add(words, value, AmdLayout.CMD_BUF_RUN, "commands run");
        return words.toString();
    }

    private static void add(StringJoiner words, long value, int bit, String word) {
        if ((value >>> bit & 1) != 0) {
            words.add(word);
        }
    }
}
