package org.iommulab.backend.riscv;

import java.util.Optional;
import java.util.StringJoiner;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.WideRegisters;
import org.iommulab.sim.SimObject;

/** The registers of the unit. Whatever it has to acknowledge it acknowledges at once: BUSY is never seen. */
final class RiscvRegisters extends WideRegisters {
    private static final int WRITABLE_FCTL = RiscvLayout.FCTL_WSI;

    private final RiscvCaps caps;
    private final int mostLevels;

    /**
     * @param resetMode what DDTP.MODE is out of reset: OFF or BARE
     * @param mostLevels of a device directory: DDTP takes no mode with more
     */
    RiscvRegisters(SimObject unit, RiscvCaps caps, int resetMode, int mostLevels) {
        super(unit, RiscvLayout.registers(caps.word(), resetMode));
        this.caps = caps;
        this.mostLevels = mostLevels;
    }

    RiscvCaps caps() {
        return caps;
    }

    @Override
    protected boolean isWide(int offset) {
        return RiscvLayout.isWide(offset);
    }

    // ---- what the CPU writes

    /** {@inheritDoc} What is not writable stays; a value that the unit does not take changes nothing. */
    @Override
    protected void write(int offset, long value) {
        int word = (int) value;
        switch (offset) {
            case RiscvLayout.FCTL -> set32(offset, word & WRITABLE_FCTL);
            case RiscvLayout.DDTP -> writeDirectory(value);
            case RiscvLayout.TR_REQ_IOVA, RiscvLayout.TR_REQ_CTL -> {
                if (caps.has(RiscvCaps.DBG)) {
                    set(offset, value);
                }
            }
            case RiscvLayout.ICVEC -> set(offset, vectors(value));
            case RiscvLayout.IPSR -> set32(offset, get32(offset) & ~word);
            default -> writeQueue(offset, value);
        }
    }

    /** From a directory in use only OFF and BARE can be reached. */
    private void writeDirectory(long value) {
        int wanted = (int) (value & RiscvLayout.DDTP_MODE);
        boolean off = wanted == RiscvLayout.OFF || wanted == RiscvLayout.BARE;
        boolean known = wanted - RiscvLayout.BARE <= mostLevels && wanted <= RiscvLayout.LEVELS_3;
        if (off || known && (directoryLevels() == 0 || mode() == wanted)) {
            set(RiscvLayout.DDTP, value & (RiscvLayout.PPN | RiscvLayout.DDTP_MODE));
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
                set(offset, value & (RiscvLayout.PPN | RiscvLayout.QUEUE_LOG2SIZE));
            } else if (offset == (queue == RiscvQueue.COMMAND ? queue.tail() : queue.head())) {
                set32(offset, (int) (word & entries(queue) - 1));
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
            set32(queue.head(), 0);
            set32(queue.tail(), 0);
        }
        set32(queue.control(), word & writable | errors | (enable ? RiscvLayout.QUEUE_ON : 0));
    }

    // ---- what they say

    boolean on(RiscvQueue queue) {
        return (get32(queue.control()) & RiscvLayout.QUEUE_ON) != 0;
    }

    boolean stopped(RiscvQueue queue) {
        return (get32(queue.control()) & queue.errors()) != 0;
    }

    void raise(RiscvQueue queue, int error) {
        set32(queue.control(), get32(queue.control()) | error);
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

    @Override
    protected String meaning(Register register, long value) {
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
