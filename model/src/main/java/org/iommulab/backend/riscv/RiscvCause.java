package org.iommulab.backend.riscv;

import java.util.Arrays;
import java.util.Optional;

/** Why an access is refused, as far as the lab's unit refuses (RISC-V IOMMU specification, "Fault record CAUSE"). */
enum RiscvCause {
    READ_ACCESS(5, "read access fault: a table is where no memory is"),
    WRITE_ACCESS(7, "write access fault: a table is where no memory is"),
    READ_PAGE(13, "read page fault"),
    WRITE_PAGE(15, "write page fault"),
    DMA_DISABLED(256, "all inbound transactions disallowed"),
    DDT_LOAD(257, "DDT entry load access fault"),
    DDT_INVALID(258, "DDT entry not valid"),
    DDT_MISCONFIGURED(259, "DDT entry misconfigured"),
    TYPE_DISALLOWED(260, "transaction type disallowed");

    private final int number;
    private final String text;

    RiscvCause(int number, String text) {
        this.number = number;
        this.text = text;
    }

    int number() {
        return number;
    }

    /** In words. */
    String text() {
        return text;
    }

    static Optional<RiscvCause> of(int number) {
        return Arrays.stream(values()).filter(c -> c.number == number).findFirst();
    }

    static RiscvCause page(boolean write) {
        return write ? WRITE_PAGE : READ_PAGE;
    }

    static RiscvCause access(boolean write) {
        return write ? WRITE_ACCESS : READ_ACCESS;
    }

    /** Whether a device context can ask for it not to be recorded (DTF). */
    boolean canBeHidden() {
        return switch (this) {
            case DMA_DISABLED, DDT_LOAD, DDT_INVALID, DDT_MISCONFIGURED -> false;
            case READ_ACCESS, WRITE_ACCESS, READ_PAGE, WRITE_PAGE, TYPE_DISALLOWED -> true;
        };
    }
}
