package org.iommulab.backend.msm;

import java.util.Arrays;
import java.util.Optional;

/** Registers and their fields (drivers/iommu/msm_iommu_hw-8xxx.h). */
public final class MsmLayout {
    /** A context bank is a page of registers; bank n is at n pages. */
    public static final int BANK_BYTES = 0x1000;
    /** Which context bank a machine id goes to: one register each, 4 bytes apart. */
    public static final int M2VCBR_N = 0xff000;
    /** Who may use a context bank, and which interrupt it pulls: one register each, 4 bytes apart. */
    public static final int CBACR_N = 0xff800;

    /** Machine ids that a unit tells apart: as many as the driver has room for. */
    public static final int MIDS = 32;

    // M2VCBR
    public static final Field VMID = new Field(0, 0x1f);
    public static final Field CBNDX = new Field(8, 0xff);
    public static final Field BPRCOSH = new Field(17, 1);
    public static final Field BPRCISH = new Field(18, 1);
    public static final Field BPRCNSH = new Field(19, 1);
    public static final Field BPSHCFG = new Field(20, 3);
    public static final Field NSCFG = new Field(22, 3);
    public static final Field BPMTCFG = new Field(24, 1);
    // CBACR
    public static final Field CBVMID = new Field(16, 0x1f);
    public static final Field IRPTNDX = new Field(24, 0xff);
    // CR
    public static final Field RPUE = new Field(0, 1);
    public static final Field RPUEIE = new Field(2, 1);
    public static final Field TLBLKCRWE = new Field(6, 1);
    // TESTBUSCR
    public static final Field TBE = new Field(0, 1);
    public static final Field SPDMBE = new Field(1, 1);
    // IDR
    public static final Field NM2VCBMT = new Field(0, 0x1ff);
    public static final Field HTW = new Field(9, 1);
    public static final Field NCB = new Field(16, 0xff);
    public static final Field NIRPT = new Field(24, 0xff);

    // SCTLR: translation on; off, accesses pass untranslated
    public static final Field M = new Field(0, 1);
    public static final Field TRE = new Field(1, 1);
    /** AP[0] of an entry is its access flag. */
    public static final Field AFE = new Field(2, 1);
    // ACTLR
    /** A fault interrupts. */
    public static final Field CFEIE = new Field(1, 1);

    public static final Field RCOSH = new Field(4, 1);
    public static final Field RCISH = new Field(5, 1);
    public static final Field RCNSH = new Field(6, 1);
    /** What a miss in the TLB does: {@link #WALK} walks the tables. */
    public static final Field TLBMCFG = new Field(12, 3);
    /** A faulting access is stalled until RESUME. */
    public static final Field CFCFG = new Field(14, 1);
    /** The same as {@link #TLBMCFG} for probes. */
    public static final Field V2PCFG = new Field(16, 3);
    /** Of {@link #TLBMCFG} and {@link #V2PCFG}: hardware table walk. */
    public static final int WALK = 3;
    // CONTEXTIDR, TLBIVA, TLBIASID
    public static final Field ASID = new Field(0, 0xff);
    // BFBCR
    public static final Field BFBDFE = new Field(0, 1);
    // PAR
    public static final Field FAULT = new Field(0, 1);
    /** The page is a supersection. */
    public static final Field NOFAULT_SS = new Field(1, 1);
    // RESUME: ends the stalled access with an error; 0 tries it again
    public static final Field TNR = new Field(0, 1);
    // FSYNR0, FSYNR1
    public static final Field AMID = new Field(0, 0xff);
    public static final Field AWRITE = new Field(8, 1);

    /** The page of an address, in TLBIVA, V2PPR and PAR. */
    public static final int PAGE = 0xffff_f000;
    /** Of PAR and an address, when {@link #NOFAULT_SS} is set. */
    public static final int SUPERSECTION = 0xff00_0000;

    private static final int TTBR_PA = 0xffff_c000;

    public static final int FSR_SL = 1 << 16;
    public static final int FSR_SS = 1 << 30;
    /** There was another fault before this one was cleared. */
    public static final int FSR_MULTI = 1 << 31;
    /** What the driver's handler writes to FSR. */
    public static final int FSR_CLEARED = 0x4000_000f;

    private MsmLayout() {}

    /** Some bits of a register. */
    public record Field(int shift, int mask) {
        public int of(int word) {
            return word >>> shift & mask;
        }

        /** The word with the field changed. */
        public int in(int word, int value) {
            return word & ~(mask << shift) | (value & mask) << shift;
        }

        public boolean isSet(int word) {
            return of(word) != 0;
        }
    }

    /** Where the root is that a content of TTBR0 points at. */
    public static long root(int ttbr) {
        return ttbr & TTBR_PA & 0xffff_ffffL;
    }

    public static int machineId(int mid) {
        return M2VCBR_N + (mid << 2);
    }

    public static int contextAttributes(int context) {
        return CBACR_N + (context << 2);
    }

    /** The global registers that there are once. */
    public enum Global {
        TLBRSW(0xffe00),
        TLBTR0(0xffe80),
        TLBTR1(0xffe84),
        TLBTR2(0xffe88),
        TESTBUSCR(0xffe8c),
        TLBIALL(0xfff00),
        TLBIVMID(0xfff04),
        CR(0xfff80),
        EAR(0xfff84),
        ESR(0xfff88),
        ESRRESTORE(0xfff8c),
        ESYNR0(0xfff90),
        ESYNR1(0xfff94),
        REV(0xffff4),
        IDR(0xffff8),
        RPU_ACR(0xffffc);

        private final int offset;

        Global(int offset) {
            this.offset = offset;
        }

        public int offset() {
            return offset;
        }

        static Optional<Global> at(int offset) {
            return Arrays.stream(values()).filter(r -> r.offset == offset).findFirst();
        }
    }

    /** The registers of a context bank. */
    public enum Context {
        SCTLR(0x000),
        ACTLR(0x004),
        CONTEXTIDR(0x008),
        TTBR0(0x010),
        TTBR1(0x014),
        TTBCR(0x018),
        PAR(0x01c),
        FSR(0x020),
        FSRRESTORE(0x024),
        FAR(0x028),
        FSYNR0(0x02c),
        FSYNR1(0x030),
        PRRR(0x034),
        NMRR(0x038),
        TLBLCKR(0x03c),
        V2PSR(0x040),
        TLBFLPTER(0x044),
        TLBSLPTER(0x048),
        BFBCR(0x04c),
        TLBIALL(0x800),
        TLBIASID(0x804),
        TLBIVA(0x808),
        TLBIVAA(0x80c),
        V2PPR(0x810),
        V2PPW(0x814),
        V2PUR(0x818),
        V2PUW(0x81c),
        RESUME(0x820);

        private final int offset;

        Context(int offset) {
            this.offset = offset;
        }

        /** Bytes from the start of the unit's window, for this register of a bank. */
        public int in(int bank) {
            return (bank << 12) + offset;
        }

        static Optional<Context> at(int offset) {
            return Arrays.stream(values()).filter(r -> r.offset == offset).findFirst();
        }
    }

    /** Why an access or a probe fails: a bit of FSR, and of PAR. */
    public enum Fault {
        TRANSLATION(1, "TF", "translation fault"),
        ACCESS_FLAG(2, "AFF", "access flag fault"),
        PERMISSION(3, "APF", "access permission fault"),
        TLB_MISS(4, "TLBMF", "TLB miss fault"),
        WALK_DECODE(5, "HTWDEEF", "decode error of a table walk"),
        WALK_SLAVE(6, "HTWSEEF", "slave error of a table walk"),
        MULTIPLE_HIT(7, "MHF", "multiple hit fault");

        private final int bit;
        private final String abbreviation;
        private final String words;

        Fault(int bit, String abbreviation, String words) {
            this.bit = bit;
            this.abbreviation = abbreviation;
            this.words = words;
        }

        public int mask() {
            return 1 << bit;
        }

        public String abbreviation() {
            return abbreviation;
        }

        public String words() {
            return words;
        }

        /** The first cause that a content of FSR names. */
        static Optional<Fault> of(int fsr) {
            return Arrays.stream(values()).filter(f -> (fsr & f.mask()) != 0).findFirst();
        }
    }
}
