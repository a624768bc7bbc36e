package org.iommulab.backend.riscv;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of a RISC-V IOMMU, and their bits (drivers/iommu/riscv/iommu-bits.h; RISC-V IOMMU specification 1.0). */
final class RiscvLayout {
    static final int CAPABILITIES = 0x00;
    static final int FCTL = 0x08;
    static final int DDTP = 0x10;
    static final int IPSR = 0x54;
    static final int TR_REQ_IOVA = 0x258;
    static final int TR_REQ_CTL = 0x260;
    static final int TR_RESPONSE = 0x268;
    static final int ICVEC = 0x2f8;

    /** FCTL: tables and queues are big endian. */
    static final int FCTL_BE = 1;
    /** FCTL: interrupts are lines, not messages. */
    static final int FCTL_WSI = 1 << 1;

    // DDTP
    static final long DDTP_MODE = 0xf;
    static final long DDTP_BUSY = 1 << 4;
    static final int OFF = 0;
    static final int BARE = 1;
    static final int LEVELS_1 = 2;
    static final int LEVELS_3 = 4;

    /** PPN in DDTP, the bases of queues, and entries of the directory: bits 53:10. */
    static final long PPN = (1L << 54) - (1L << 10);

    /** LOG2SZ-1 of a queue's base. */
    static final long QUEUE_LOG2SIZE = 0x1f;

    // control and status of a queue; the first two are written, the errors are cleared by writing 1
    static final int QUEUE_ENABLE = 1;
    static final int QUEUE_INTERRUPT = 1 << 1;
    static final int QUEUE_MEMORY_FAULT = 1 << 8;
    static final int QUEUE_ON = 1 << 16;
    static final int QUEUE_BUSY = 1 << 17;
    static final int CQ_TIMEOUT = 1 << 9;
    static final int CQ_ILLEGAL = 1 << 10;
    static final int CQ_FENCE = 1 << 11;
    static final int FQ_OVERFLOW = 1 << 9;

    // TR_REQ_CTL and TR_RESPONSE
    static final long TR_GO = 1;
    static final long TR_NO_WRITE = 1 << 3;
    static final int TR_DID_SHIFT = 40;
    static final long TR_FAULT = 1;
    static final long TR_SUPERPAGE = 1 << 9;

    /** A process id, PSCID: 20 bits. */
    static final int PSCID_MASK = 0xf_ffff;

    static final int DID_MASK = 0xff_ffff;

    /** Interrupt vectors that a unit can have. */
    static final int VECTORS = 4;

    static final int PAGE = 4096;

    private RiscvLayout() {}

    /** phys_to_ppn. */
    static long ppn(long address) {
        return address >>> 2 & PPN;
    }

    /** ppn_to_phys. */
    static long address(long word) {
        return (word & PPN) << 2;
    }

    /** Whether a register has 64 bits. */
    static boolean isWide(int offset) {
        return switch (offset) {
            case CAPABILITIES, DDTP, TR_REQ_IOVA, TR_REQ_CTL, TR_RESPONSE, ICVEC -> true;
            default -> RiscvQueue.ofBase(offset).isPresent();
        };
    }

    /** The bits of an unsigned number that ICVEC gives a cause of interrupts. */
    static int vector(long icvec, int cause) {
        return (int) (icvec >>> 4 * cause) & 0xf;
    }

    /** @param ddtp what DDTP is after reset */
    static List<Register> registers(long capabilities, long ddtp) {
        return List.of(
                new Register("CAPABILITIES", CAPABILITIES, capabilities),
                new Register("FCTL", FCTL),
                new Register("DDTP", DDTP, ddtp),
                new Register("CQB", RiscvQueue.COMMAND.base()),
                new Register("CQH", RiscvQueue.COMMAND.head()),
                new Register("CQT", RiscvQueue.COMMAND.tail()),
                new Register("FQB", RiscvQueue.FAULT.base()),
                new Register("FQH", RiscvQueue.FAULT.head()),
                new Register("FQT", RiscvQueue.FAULT.tail()),
                new Register("PQB", RiscvQueue.PAGE.base()),
                new Register("PQH", RiscvQueue.PAGE.head()),
                new Register("PQT", RiscvQueue.PAGE.tail()),
                new Register("CQCSR", RiscvQueue.COMMAND.control()),
                new Register("FQCSR", RiscvQueue.FAULT.control()),
                new Register("PQCSR", RiscvQueue.PAGE.control()),
                new Register("IPSR", IPSR),
                new Register("TR_REQ_IOVA", TR_REQ_IOVA),
                new Register("TR_REQ_CTL", TR_REQ_CTL),
                new Register("TR_RESPONSE", TR_RESPONSE),
                new Register("ICVEC", ICVEC));
    }
}
