package org.iommulab.backend.riscv;

import java.util.Arrays;
import java.util.Optional;

/**
 * The three queues in memory. Their registers are laid out alike; the producer writes at the tail, the consumer reads at
 * the head, and one place stays empty.
 */
enum RiscvQueue {
    /** Commands, from the driver. */
    COMMAND(0x18, 0x48, 16, 0, RiscvLayout.CQ_TIMEOUT | RiscvLayout.CQ_ILLEGAL | RiscvLayout.CQ_FENCE),
    /** Faults, from the unit. */
    FAULT(0x28, 0x4c, 32, 1, RiscvLayout.FQ_OVERFLOW),
    /** Page requests, from the unit; the driver has no use for them. */
    PAGE(0x38, 0x50, 16, 3, RiscvLayout.FQ_OVERFLOW);

    private final int base;
    private final int control;
    private final int entryBytes;
    private final int interrupt;
    private final int errors;

    RiscvQueue(int base, int control, int entryBytes, int interrupt, int ownErrors) {
        this.base = base;
        this.control = control;
        this.entryBytes = entryBytes;
        this.interrupt = interrupt;
        this.errors = ownErrors | RiscvLayout.QUEUE_MEMORY_FAULT;
    }

    /** Offset of the 64-bit register with address and size. */
    int base() {
        return base;
    }

    int head() {
        return base + 8;
    }

    int tail() {
        return base + 12;
    }

    int control() {
        return control;
    }

    int entryBytes() {
        return entryBytes;
    }

    /** Its bit in IPSR, and its number in the kernel's log lines. */
    int interrupt() {
        return interrupt;
    }

    /** The bits of the control register that stand until 1 is written to them. */
    int errors() {
        return errors;
    }

    static Optional<RiscvQueue> ofBase(int offset) {
        return Arrays.stream(values()).filter(q -> q.base == offset).findFirst();
    }

    static Optional<RiscvQueue> ofControl(int offset) {
        return Arrays.stream(values()).filter(q -> q.control == offset).findFirst();
    }

    /** Entries in a queue with this base register: 2 to 2^32. */
    static long entries(long baseRegister) {
        return 2L << (baseRegister & RiscvLayout.QUEUE_LOG2SIZE);
    }
}
