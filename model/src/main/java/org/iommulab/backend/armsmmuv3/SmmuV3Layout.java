package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/**
 * The registers of an SMMUv3 that its Linux driver uses (drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h; Arm's System Memory
 * Management Unit Architecture Specification, version 3, chapter 6). Those of page 1 are 64 KiB further on.
 */
public final class SmmuV3Layout {
    public static final int IDR0 = 0x00;
    public static final int IDR1 = 0x04;
    public static final int IDR3 = 0x0c;
    public static final int IDR5 = 0x14;
    public static final int IIDR = 0x18;
    public static final int CR0 = 0x20;
    public static final int CR0ACK = 0x24;
    public static final int CR1 = 0x28;
    public static final int CR2 = 0x2c;
    public static final int GBPA = 0x44;
    public static final int IRQ_CTRL = 0x50;
    public static final int IRQ_CTRLACK = 0x54;
    public static final int GERROR = 0x60;
    public static final int GERRORN = 0x64;
    public static final int GERROR_IRQ_CFG0 = 0x68;
    public static final int STRTAB_BASE = 0x80;
    public static final int STRTAB_BASE_CFG = 0x88;
    public static final int CMDQ_BASE = 0x90;
    public static final int CMDQ_PROD = 0x98;
    public static final int CMDQ_CONS = 0x9c;
    public static final int EVTQ_BASE = 0xa0;
    public static final int EVTQ_IRQ_CFG0 = 0xb0;
    public static final int PRIQ_BASE = 0xc0;
    public static final int PRIQ_IRQ_CFG0 = 0xd0;
    public static final int PAGE1 = 0x1_0000;
    public static final int EVTQ_PROD = PAGE1 + 0xa8;
    public static final int EVTQ_CONS = PAGE1 + 0xac;
    public static final int PRIQ_PROD = PAGE1 + 0xc8;
    public static final int PRIQ_CONS = PAGE1 + 0xcc;

    // CR0
    public static final int SMMUEN = 1;
    public static final int PRIQEN = 1 << 1;
    public static final int EVTQEN = 1 << 2;
    public static final int CMDQEN = 1 << 3;
    public static final int ATSCHK = 1 << 4;

    /** CR1 as the driver sets it: tables and queues inner shareable, write-back. */
    public static final int CR1_CACHED = 3 << 10 | 1 << 8 | 1 << 6 | 3 << 4 | 1 << 2 | 1;

    // CR2
    public static final int CR2_E2H = 1;
    public static final int CR2_RECINVSID = 1 << 1;
    public static final int CR2_PTM = 1 << 2;

    // GBPA: what becomes of accesses while the unit is off.
    public static final int GBPA_ABORT = 1 << 20;
    public static final int GBPA_UPDATE = 1 << 31;

    // IRQ_CTRL
    public static final int GERROR_IRQEN = 1;
    public static final int PRIQ_IRQEN = 1 << 1;
    public static final int EVTQ_IRQEN = 1 << 2;

    // GERROR: an error is active while its bit differs from that of GERRORN.
    public static final int CMDQ_ERR = 1;
    public static final int EVTQ_ABT_ERR = 1 << 2;
    /** All errors that the driver knows (GERROR_ERR_MASK). */
    public static final int ERRORS = 0x1fd;

    // STRTAB_BASE_CFG: format in 17:16, split in 10:6, log2 of the number of stream ids in 5:0.
    public static final int TWO_LEVELS = 1 << 16;
    public static final int FORMAT = 3 << 16;
    public static final int SPLIT_SHIFT = 6;
    public static final int SPLIT_MASK = 0x1f;
    public static final int LOG2SIZE_MASK = 0x3f;
    /** What the driver splits at (STRTAB_SPLIT): 256 entries in a table of the second level. */
    public static final int SPLIT = 8;

    /** Physical address in STRTAB_BASE. */
    public static final long STRTAB_ADDRESS = 0x000f_ffff_ffff_ffc0L;
    /** STRTAB_BASE and queues: a hint to allocate in caches. */
    public static final long ALLOCATE_HINT = 1L << 62;

    // A first-level descriptor: how many ids it covers, as 2^(span-1), and where their table is.
    public static final int L1_SPAN = 0x1f;
    public static final long L1_ADDRESS = 0x000f_ffff_ffff_ffc0L;

    // Queues: base with log2 of the number of entries in 4:0; producer and consumer count one bit more than the index
    // has,
    // the wrap bit.
    public static final long QUEUE_ADDRESS = 0x000f_ffff_ffff_ffe0L;
    public static final int QUEUE_LOG2SIZE = 0x1f;
    public static final int QUEUE_OVERFLOW = 1 << 31;

    // CMDQ_CONS: why the queue has stopped.
    public static final int CMDQ_ERROR_SHIFT = 24;
    public static final int CMDQ_ERROR_MASK = 0x7f;
    public static final int ERROR_ILLEGAL = 1;
    public static final int ERROR_ABORT = 2;
    public static final int ERROR_ATC = 3;

    private SmmuV3Layout() {}

    /** Index of a queue position. */
    public static int index(int position, int log2) {
        return position & (1 << log2) - 1;
    }

    /** Index and wrap bit of a queue position. */
    public static int place(int position, int log2) {
        return position & (2 << log2) - 1;
    }

    /** The position after this one. */
    public static int next(int position, int log2) {
        return position & QUEUE_OVERFLOW | place(place(position, log2) + 1, log2);
    }

    public static boolean isEmpty(int producer, int consumer, int log2) {
        return place(producer, log2) == place(consumer, log2);
    }

    public static boolean isFull(int producer, int consumer, int log2) {
        return (place(producer, log2) ^ place(consumer, log2)) == 1 << log2;
    }

    /** How many more entries fit. */
    public static int space(int producer, int consumer, int log2) {
        return (1 << log2) - place(place(producer, log2) - place(consumer, log2), log2);
    }

    static boolean isPosition(int offset) {
        return offset == CMDQ_PROD
                || offset == CMDQ_CONS
                || offset == EVTQ_PROD
                || offset == EVTQ_CONS
                || offset == PRIQ_PROD
                || offset == PRIQ_CONS;
    }

    /** Whether a register has 64 bits. */
    static boolean isWide(int offset) {
        return switch (offset) {
            case GERROR_IRQ_CFG0, STRTAB_BASE, CMDQ_BASE, EVTQ_BASE, EVTQ_IRQ_CFG0, PRIQ_BASE, PRIQ_IRQ_CFG0 -> true;
            default -> false;
        };
    }

    /** The registers, as they are after reset. */
    static List<Register> registers(SmmuV3Idr idr) {
        return List.of(
                new Register("IDR0", IDR0, idr.idr0() & 0xffff_ffffL),
                new Register("IDR1", IDR1, idr.idr1() & 0xffff_ffffL),
                new Register("IDR3", IDR3, idr.idr3() & 0xffff_ffffL),
                new Register("IDR5", IDR5, idr.idr5() & 0xffff_ffffL),
                new Register("IIDR", IIDR),
                new Register("CR0", CR0),
                new Register("CR0ACK", CR0ACK),
                new Register("CR1", CR1),
                new Register("CR2", CR2),
                new Register("GBPA", GBPA),
                new Register("IRQ_CTRL", IRQ_CTRL),
                new Register("IRQ_CTRLACK", IRQ_CTRLACK),
                new Register("GERROR", GERROR),
                new Register("GERRORN", GERRORN),
                new Register("GERROR_IRQ_CFG0", GERROR_IRQ_CFG0),
                new Register("STRTAB_BASE", STRTAB_BASE),
                new Register("STRTAB_BASE_CFG", STRTAB_BASE_CFG),
                new Register("CMDQ_BASE", CMDQ_BASE),
                new Register("CMDQ_PROD", CMDQ_PROD),
                new Register("CMDQ_CONS", CMDQ_CONS),
                new Register("EVTQ_BASE", EVTQ_BASE),
                new Register("EVTQ_IRQ_CFG0", EVTQ_IRQ_CFG0),
                new Register("EVTQ_PROD", EVTQ_PROD),
                new Register("EVTQ_CONS", EVTQ_CONS),
                new Register("PRIQ_BASE", PRIQ_BASE),
                new Register("PRIQ_IRQ_CFG0", PRIQ_IRQ_CFG0),
                new Register("PRIQ_PROD", PRIQ_PROD),
                new Register("PRIQ_CONS", PRIQ_CONS));
    }
}
