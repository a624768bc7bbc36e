package org.iommulab.backend.qcom;

import java.util.Arrays;
import java.util.Optional;

/** Registers of a context bank and their bits (drivers/iommu/arm/arm-smmu/arm-smmu.h, as qcom_iommu.c uses them). */
public final class QcomLayout {
    /** A context bank is a page of registers; bank n is at n pages. */
    public static final int BANK_BYTES = 0x1000;

    /** In the global registers, where the firmware lets Linux have them: which interrupts go to the normal world. */
    public static final int SMMU_INTR_SEL_NS = 0x2000;

    /** Translation on; off, accesses pass untranslated. */
    public static final int SCTLR_M = 1;

    public static final int SCTLR_TRE = 1 << 1;
    public static final int SCTLR_AFE = 1 << 2;
    /** A terminated access is answered with an error. */
    public static final int SCTLR_CFRE = 1 << 5;
    /** A fault interrupts. */
    public static final int SCTLR_CFIE = 1 << 6;
    /** A faulting access is stalled until {@link Register#RESUME}. */
    public static final int SCTLR_CFCFG = 1 << 7;

    public static final int SCTLR_ASIDPNE = 1 << 12;
    /** What the driver writes. */
    public static final int SCTLR_ON =
            SCTLR_CFIE | SCTLR_CFRE | SCTLR_AFE | SCTLR_TRE | SCTLR_M | SCTLR_ASIDPNE | SCTLR_CFCFG;

    /** RESUME: ends the stalled access with an error; 0 tries it again. */
    public static final int RESUME_TERMINATE = 1;

    /** Long descriptors. */
    public static final int TCR_EAE = 1 << 31;
    /** TTBR1 is not walked. */
    public static final int TCR_EPD1 = 1 << 23;

    public static final int TCR_TG0_SHIFT = 14;
    public static final int TCR_SH0_SHIFT = 12;
    public static final int TCR_ORGN0_SHIFT = 10;
    public static final int TCR_IRGN0_SHIFT = 8;
    /** TCR2: the sign extension comes from upstream. */
    public static final int TCR2_SEP_UPSTREAM = 7 << 15;
    /** In the upper word of TTBR0. */
    public static final int TTBR_ASID_SHIFT = 16;

    public static final int FSR_MULTI = 1 << 31;
    /** The bank walks 32-bit LPAE tables. */
    public static final int FSR_FORMAT_LPAE = 1 << 9;

    public static final int FSYNR0_WNR = 1 << 4;
    public static final int FSYNR0_PLVL = 3;

    /** TLBSTATUS: invalidations are still under way. */
    public static final int TLBSTATUS_ACTIVE = 1;

    private QcomLayout() {}

    /** The registers of a bank, by their names in the kernel without {@code ARM_SMMU_CB_}; 64-bit ones in two halves. */
    public enum Register {
        SCTLR(0x000),
        RESUME(0x008),
        TCR2(0x010),
        TTBR0(0x020),
        TTBR0_HI(0x024),
        TTBR1(0x028),
        TTBR1_HI(0x02c),
        TCR(0x030),
        S1_MAIR0(0x038),
        S1_MAIR1(0x03c),
        FSR(0x058),
        FAR(0x060),
        FAR_HI(0x064),
        FSYNR0(0x068),
        S1_TLBIVA(0x600),
        S1_TLBIASID(0x610),
        S1_TLBIVAL(0x620),
        TLBSYNC(0x7f0),
        TLBSTATUS(0x7f4);

        private final int offset;

        Register(int offset) {
            this.offset = offset;
        }

        /** Bytes from the start of the bank. */
        public int offset() {
            return offset;
        }

        /** Bytes from the start of the window in which the banks are. */
        public int in(int bank) {
            return bank * BANK_BYTES + offset;
        }

        static Optional<Register> at(int offset) {
            return Arrays.stream(values()).filter(r -> r.offset == offset).findFirst();
        }
    }

    /** Why an access faults: a bit of FSR. */
    public enum Fault {
        TRANSLATION(1, "translation fault"),
        ACCESS_FLAG(2, "access flag fault"),
        PERMISSION(3, "permission fault"),
        EXTERNAL(4, "external fault");

        private final int bit;
        private final String words;

        Fault(int bit, String words) {
            this.bit = bit;
            this.words = words;
        }

        public int mask() {
            return 1 << bit;
        }

        public String words() {
            return words;
        }

        /** The first cause that a content of FSR names. */
        static Optional<Fault> of(int fsr) {
            return Arrays.stream(values()).filter(f -> (fsr & f.mask()) != 0).findFirst();
        }
    }

    /** All bits of FSR by which the driver's handler knows a fault (ARM_SMMU_FSR_FAULT): causes, stall and MULTI. */
    public static final int FSR_FAULT = 0x1fe | 1 << 30 | FSR_MULTI;
}
