package org.iommulab.backend.riscv;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.SimObject;

/** The registers of the unit. Whatever it has to acknowledge it acknowledges at once: BUSY is never seen. */
final class RiscvRegisters {
    private static final int WRITABLE_FCTL = RiscvLayout.FCTL_WSI;

    private final RegisterFile file;
    private final RiscvCaps caps;
    private final int mostLevels;

    /**
     * @param resetMode what DDTP.MODE is out of reset: OFF or BARE
     * @param mostLevels of a device directory: DDTP takes no mode with more
     */
    RiscvRegisters(SimObject unit, RiscvCaps caps, int resetMode, int mostLevels) {
        this.caps = caps;
        this.mostLevels = mostLevels;
        this.file = new RegisterFile(unit, RiscvLayout.registers(caps.word(), resetMode));
    }

    RiscvCaps caps() {
        return caps;
    }

    /** A register's offset: a 64-bit register also answers at its upper half. */
    static int register(int offset) {
        return (offset & 4) != 0 && RiscvLayout.isWide(offset & ~4) ? offset & ~4 : offset;
    }

    long get(int offset) {
        return file.get(offset);
    }

    int get32(int offset) {
        return file.get32(offset);
    }

    boolean has(int offset) {
        return file.has(offset);
    }

    void emit(EventKind kind, int offset, long value) {
        file.emit(kind, offset, value);
    }

    /** What the unit itself changes. */
    void set(int offset, long value) {
        file.set(offset, value);
    }

    void set32(int offset, int value) {
        file.set32(offset, value);
    }

    // ---- what the CPU writes

    /** What is not writable stays; a value that the unit does not take changes nothing. */
    void write(int offset, long value) {
        int word = (int) value;
        switch (offset) {
            case RiscvLayout.FCTL -> file.set32(offset, word & WRITABLE_FCTL);
            case RiscvLayout.DDTP -> writeDirectory(value);
            case RiscvLayout.TR_REQ_IOVA, RiscvLayout.TR_REQ_CTL -> {
                if (caps.has(RiscvCaps.DBG)) {
                    file.set(offset, value);
                }
            }
            case RiscvLayout.ICVEC -> file.set(offset, vectors(value));
            case RiscvLayout.IPSR -> file.set32(offset, get32(offset) & ~word);
            default -> writeQueue(offset, value);
        }
    }

    /** From a directory in use only OFF and BARE can be reached. */
    private void writeDirectory(long value) {
        int wanted = (int) (value & RiscvLayout.DDTP_MODE);
        boolean off = wanted == RiscvLayout.OFF || wanted == RiscvLayout.BARE;
        boolean known = wanted - RiscvLayout.BARE <= mostLevels && wanted <= RiscvLayout.LEVELS_3;
        if (off || known && (directoryLevels() == 0 || mode() == wanted)) {
            file.set(RiscvLayout.DDTP, value & (RiscvLayout.PPN | RiscvLayout.DDTP_MODE));
        }
    }

    private static long vectors(long value) {
        long vectors = 0;
        for (int cause = 0; cause < 4; cause++) {
            vectors |= (long) Math.min(RiscvLayout.vector(value, cause), RiscvLayout.VECTORS - 1) << 4 * cause;
        }
        return vectors;
    }

    private void writeQueue(int offset, long value) {
        int word = (int) value;
        for (RiscvQueue queue : RiscvQueue.values()) {
            if (offset == queue.base() && !on(queue)) {
                file.set(offset, value & (RiscvLayout.PPN | RiscvLayout.QUEUE_LOG2SIZE));
            } else if (offset == (queue == RiscvQueue.COMMAND ? queue.tail() : queue.head())) {
                file.set32(offset, (int) (word & entries(queue) - 1));
            } else if (offset == queue.control()) {
                control(queue, word);
            }
        }
    }

    /** What the unit moves itself is 0 again when a queue is switched on; so is, in QEMU, the other end. */
    private void control(RiscvQueue queue, int word) {
        int writable = RiscvLayout.QUEUE_ENABLE | RiscvLayout.QUEUE_INTERRUPT;
        int errors = get32(queue.control()) & queue.errors() & ~word;
        boolean enable = (word & RiscvLayout.QUEUE_ENABLE) != 0;
        if (enable && !on(queue)) {
            errors = 0;
            file.set32(queue.head(), 0);
            file.set32(queue.tail(), 0);
        }
        file.set32(queue.control(), word & writable | errors | (enable ? RiscvLayout.QUEUE_ON : 0));
    }

    // ---- what they say

    boolean on(RiscvQueue queue) {
        return (get32(queue.control()) & RiscvLayout.QUEUE_ON) != 0;
    }

    boolean stopped(RiscvQueue queue) {
        return (get32(queue.control()) & queue.errors()) != 0;
    }

    void raise(RiscvQueue queue, int error) {
        file.set32(queue.control(), get32(queue.control()) | error);
    }

    long entries(RiscvQueue queue) {
        return RiscvQueue.entries(get(queue.base()));
    }

    /** Where in memory an entry of a queue is. */
    long entryAddress(RiscvQueue queue, long index) {
        return RiscvLayout.address(get(queue.base())) + (index & entries(queue) - 1) * queue.entryBytes();
    }

    int mode() {
        return (int) (get(RiscvLayout.DDTP) & RiscvLayout.DDTP_MODE);
    }

    /** Levels of the device directory; 0 when it is off or bare. */
    int directoryLevels() {
        return Math.max(0, mode() - RiscvLayout.BARE);
    }

    long directory() {
        return RiscvLayout.address(get(RiscvLayout.DDTP));
    }

    // ---- for looking at

    List<RegisterView> views() {
        return file.views(this::meaning);
    }

    private String meaning(Register register, long value) {
        Optional<RiscvQueue> queue = RiscvQueue.ofBase(register.offset());
        if (queue.isPresent()) {
            return EntryWords.hex(RiscvLayout.address(value)) + ", " + RiscvQueue.entries(value) + " entries";
        }
        if (RiscvQueue.ofControl(register.offset()).isPresent()) {
            return control((int) value);
        }
        return switch (register.offset()) {
            case RiscvLayout.DDTP -> directoryWords(value);
            case RiscvLayout.FCTL -> (value & RiscvLayout.FCTL_WSI) != 0 ? "interrupts are lines" : "";
            case RiscvLayout.CAPABILITIES ->
                "up to Sv" + (12 + 9 * caps.mostLevels()) + ", contexts of " + RiscvDc.bytes(caps.extended())
                        + " bytes";
            default -> "";
        };
    }

    private String directoryWords(long value) {
        return switch (mode()) {
            case RiscvLayout.OFF -> "off: every access is refused";
            case RiscvLayout.BARE -> "bare: every access passes";
            default ->
                "directory of " + directoryLevels() + (directoryLevels() == 1 ? " level at " : " levels at ")
                        + EntryWords.hex(RiscvLayout.address(value));
        };
    }

    private static String control(int value) {
        var words = new StringJoiner(", ");
        words.add((value & RiscvLayout.QUEUE_ON) != 0 ? "on" : "off");
        if ((value & RiscvLayout.QUEUE_MEMORY_FAULT) != 0) {
            words.add("memory fault");
        }
        if ((value & (RiscvLayout.CQ_TIMEOUT | RiscvLayout.CQ_ILLEGAL | RiscvLayout.CQ_FENCE)) != 0) {
            words.add("an error waits for the driver");
        }
        return words.toString();
    }
}
