package org.iommulab.backend.armsmmu;

import java.util.Arrays;
import java.util.Optional;

/** Registers of an SMMUv2 and their bits (drivers/iommu/arm/arm-smmu/arm-smmu.h). */
public final class ArmSmmuLayout {
    public static final int PAGE_SHIFT = 12;
    /** Global space 1 is the second page. */
    public static final int GR1 = 1 << PAGE_SHIFT;

    // ---- global space 0

    public static final int SCR0 = 0x00;
    public static final int ID0 = 0x20;
    public static final int ID1 = 0x24;
    public static final int ID2 = 0x28;
    public static final int SGFSR = 0x48;
    public static final int SGFSYNR0 = 0x50;
    public static final int SGFSYNR1 = 0x54;
    public static final int SGFSYNR2 = 0x58;
    public static final int TLBIVMID = 0x64;
    public static final int TLBIALLNSNH = 0x68;
    public static final int TLBIALLH = 0x6c;
    public static final int STLBGSYNC = 0x70;
    public static final int STLBGSTATUS = 0x74;
    public static final int SMR = 0x800;
    public static final int S2CR = 0xc00;

    /** Every access passes the SMMU by. */
    public static final int SCR0_CLIENTPD = 1;

    public static final int SCR0_GFRE = 1 << 1;
    public static final int SCR0_GFIE = 1 << 2;
    public static final int SCR0_GCFGFRE = 1 << 4;
    public static final int SCR0_GCFGFIE = 1 << 5;
    /** A stream that no entry matches faults. */
    public static final int SCR0_USFCFG = 1 << 10;

    public static final int SCR0_VMIDPNE = 1 << 11;
    public static final int SCR0_PTM = 1 << 12;
    public static final int SCR0_FB = 1 << 13;
    public static final int SCR0_BSU = 3 << 14;

    public static final int ID0_S1TS = 1 << 30;
    public static final int ID0_S2TS = 1 << 29;
    public static final int ID0_SMS = 1 << 27;
    public static final int ID0_ATOSNS = 1 << 26;
    public static final int ID0_NO_AARCH32S = 1 << 24;
    public static final int ID0_CTTW = 1 << 14;
    public static final int ID0_NUMSMRG = 0xff;

    public static final int ID1_NUMPAGENDXB_SHIFT = 28;
    public static final int ID1_NUMS2CB_SHIFT = 16;
    public static final int ID1_NUMCB = 0xff;

    public static final int ID2_IAS = 0xf;
    public static final int ID2_OAS_SHIFT = 4;
    public static final int ID2_UBS_SHIFT = 8;
    public static final int ID2_PTFS_4K = 1 << 12;
    public static final int ID2_PTFS_16K = 1 << 13;
    public static final int ID2_PTFS_64K = 1 << 14;

    /** Invalid context: a stream whose entry is of the kind that faults (unverified that it is this one). */
    public static final int GFSR_ICF = 1;
    /** Unknown stream. */
    public static final int GFSR_USF = 1 << 1;
    /** Several entries match. */
    public static final int GFSR_SMCF = 1 << 2;
    /** No such context bank. */
    public static final int GFSR_UCBF = 1 << 3;

    public static final int GFSR_MULTI = 1 << 31;
    /** In GFSYNR0 (unverified). */
    public static final int GFSYNR0_WNR = 1 << 1;

    public static final int SMR_VALID = 1 << 31;
    public static final int SMR_MASK_SHIFT = 16;
    public static final int SMR_ID = 0x7fff;

    public static final int S2CR_TYPE_SHIFT = 16;
    public static final int S2CR_TRANSLATE = 0;
    public static final int S2CR_BYPASS = 1;
    public static final int S2CR_FAULT = 2;
    public static final int S2CR_BANK = 0xff;

    // ---- global space 1

    public static final int CBAR = GR1;
    public static final int CBFRSYNRA = GR1 + 0x400;
    public static final int CBA2R = GR1 + 0x800;

    public static final int CBAR_TYPE_SHIFT = 16;
    public static final int CBAR_S2 = 0;
    public static final int CBAR_S1 = 1;
    public static final int CBAR_VMID = 0xff;
    public static final int CBAR_NOT_SHARED = 3 << 8;
    public static final int CBAR_WRITE_BACK = 0xf << 12;

    /** Tables of AArch64. */
    public static final int CBA2R_VA64 = 1;

    // ---- context banks

    public static final int SCTLR_M = 1;
    public static final int SCTLR_TRE = 1 << 1;
    public static final int SCTLR_AFE = 1 << 2;
    /** A terminated access is answered with an error. */
    public static final int SCTLR_CFRE = 1 << 5;
    /** A fault interrupts. */
    public static final int SCTLR_CFIE = 1 << 6;

    public static final int SCTLR_ASIDPNE = 1 << 12;
    public static final int SCTLR_ON = SCTLR_CFIE | SCTLR_CFRE | SCTLR_AFE | SCTLR_TRE | SCTLR_M;

    /** TCR of a 32-bit bank: long descriptors. */
    public static final int TCR_EAE = 1 << 31;

    public static final int TCR_EPD1 = 1 << 23;
    public static final int TCR_TG0_SHIFT = 14;
    public static final int TCR_SH0_SHIFT = 12;
    public static final int TCR_ORGN0_SHIFT = 10;
    public static final int TCR_IRGN0_SHIFT = 8;
    public static final int TCR_T0SZ = 0x3f;
    /** Stage 2: always one. */
    public static final int VTCR_RES1 = 1 << 31;

    public static final int VTCR_PS_SHIFT = 16;
    public static final int VTCR_SL0_SHIFT = 6;
    public static final int TCR2_SEP_UPSTREAM = 7 << 15;
    public static final int TCR2_AS = 1 << 4;
    public static final int TTBR_ASID_SHIFT = 48;

    public static final int FSR_TF = 1 << 1;
    public static final int FSR_AFF = 1 << 2;
    public static final int FSR_PF = 1 << 3;
    public static final int FSR_EF = 1 << 4;
    public static final int FSR_TLBMCF = 1 << 5;
    public static final int FSR_TLBLKF = 1 << 6;
    public static final int FSR_ASF = 1 << 7;
    public static final int FSR_UUT = 1 << 8;
    public static final int FSR_FORMAT_SHIFT = 9;
    public static final int FSR_SS = 1 << 30;
    public static final int FSR_MULTI = 1 << 31;
    /** ARM_SMMU_FSR_FAULT. */
    public static final int FSR_FAULT = 0x1fe | FSR_SS | FSR_MULTI;

    public static final int FSYNR0_PLVL = 3;
    public static final int FSYNR0_WNR = 1 << 4;
    public static final int FSYNR0_PNU = 1 << 5;
    public static final int FSYNR0_IND = 1 << 6;
    public static final int FSYNR0_NSATTR = 1 << 8;
    public static final int FSYNR0_PTWF = 1 << 10;
    public static final int FSYNR0_AFR = 1 << 11;
    public static final int FSYNR0_S1CBNDX_SHIFT = 16;

    /** Widths of addresses, as the fields of ID2 number them. */
    private static final int[] WIDTHS = {32, 36, 40, 42, 44, 48};

    private ArmSmmuLayout() {}

    static int width(int field) {
        return field < WIDTHS.length ? WIDTHS[field] : 48;
    }

    static int widthField(int bits) {
        return Math.max(0, Arrays.binarySearch(WIDTHS, bits));
    }

    /** How many pages the global spaces take, and so where the banks begin. */
    static int globalPages(int id1) {
        return 2 << (id1 >>> ID1_NUMPAGENDXB_SHIFT & 7);
    }

    /** The registers of a bank, by their names in the kernel without {@code ARM_SMMU_CB_}. */
    public enum Register {
        SCTLR(0x000),
        TCR2(0x010),
        TTBR0(0x020, true),
        TTBR1(0x028, true),
        TCR(0x030),
        S1_MAIR0(0x038),
        S1_MAIR1(0x03c),
        FSR(0x058),
        FAR(0x060, true),
        FSYNR0(0x068),
        S1_TLBIVA(0x600, true),
        S1_TLBIASID(0x610),
        S1_TLBIVAL(0x620, true),
        S2_TLBIIPAS2(0x630, true),
        S2_TLBIIPAS2L(0x638, true),
        TLBSYNC(0x7f0),
        TLBSTATUS(0x7f4);

        private final int offset;
        private final boolean wide;

        Register(int offset) {
            this(offset, false);
        }

        Register(int offset, boolean wide) {
            this.offset = offset;
            this.wide = wide;
        }

        int offset() {
            return offset;
        }

        /** Whether it has 64 bits. */
        boolean isWide() {
            return wide;
        }

        /** The register in which this offset into a bank is: the upper half of a wide one, too. */
        static Optional<Register> at(int offset) {
            return Arrays.stream(values())
                    .filter(r -> r.offset == offset || r.wide && r.offset + 4 == offset)
                    .findFirst();
        }
    }
}
