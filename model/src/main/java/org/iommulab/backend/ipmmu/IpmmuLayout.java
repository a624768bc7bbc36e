package org.iommulab.backend.ipmmu;

import java.util.Set;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeQuirk;
import org.iommulab.pagetable.lpae.LpaeVariant;

/** Registers of the IPMMU, their bits, and how the generations differ (drivers/iommu/ipmmu-vmsa.c). */
public final class IpmmuLayout {
    /** IMCTR: faults interrupt. */
    public static final int IMCTR_INTEN = 1 << 2;
    /** IMCTR: written, everything cached of the context is dropped; reads as 1 until that is done. */
    public static final int IMCTR_FLUSH = 1 << 1;

    public static final int IMCTR_MMUEN = 1;

    public static final int IMBUSCR_DVM = 1 << 2;
    public static final int IMBUSCR_BUSSEL = 3;

    /** IMSTR: cleared by writing 0, unlike most status registers. */
    public static final int IMSTR_MHIT = 1 << 4;

    public static final int IMSTR_ABORT = 1 << 2;
    public static final int IMSTR_PF = 1 << 1;
    public static final int IMSTR_TF = 1;
    public static final int IMSTR_ALL = IMSTR_MHIT | IMSTR_ABORT | IMSTR_PF | IMSTR_TF;

    /** IMUCTR: the number of the context. */
    public static final int IMUCTR_TTSEL_SHIFT = 4;

    public static final int IMUCTR_FLUSH = 1 << 1;
    public static final int IMUCTR_MMUEN = 1;

    private static final int MANY = 32;
    private static final long SIZES = 1L << 12 | 1L << 21 | 1L << 30;

    /** ARM's long descriptors with the bits that say "non-secure", which the unit insists on. */
    public static final LpaeFormat FORMAT = LpaeFormat.of(
                    new LpaeConfig(LpaeVariant.ARM_32_S1, 32, 40, SIZES, Set.of(LpaeQuirk.ARM_NS), false))
            .orElseThrow();

    private IpmmuLayout() {}

    /** The registers of a context; the root has all of them, a leaf only IMCTR. */
    public enum Register {
        IMCTR(0x00),
        IMTTBCR(0x08),
        IMBUSCR(0x0c),
        IMTTLBR0(0x10),
        IMTTUBR0(0x14),
        IMSTR(0x20),
        IMMAIR0(0x28),
        IMELAR(0x30),
        IMEUAR(0x34);

        private final int offset;

        Register(int offset) {
            this.offset = offset;
        }
    }

    /** What the driver's match data say ({@code struct ipmmu_features}). */
    public enum Generation {
        GEN2(1, 32, false, 0, 0x40, 0, 0x8000_3510),
        GEN3(8, 48, true, 0, 0x40, 0, 0x8000_0080),
        GEN4(16, 64, true, 0x1_0000, 0x1040, 0x3000, 0x8000_0080);

        private final int contexts;
        private final int microTlbs;
        private final boolean hasLeaves;
        private final int contextBase;
        private final int contextStride;
        private final int microTlbBase;
        private final int control;

        Generation(
                int contexts,
                int microTlbs,
                boolean hasLeaves,
                int contextBase,
                int contextStride,
                int microTlbBase,
                int control) {
            this.contexts = contexts;
            this.microTlbs = microTlbs;
            this.hasLeaves = hasLeaves;
            this.contextBase = contextBase;
            this.contextStride = contextStride;
            this.microTlbBase = microTlbBase;
            this.control = control;
        }

        /** @param number 2, 3 or 4 */
        public static Generation of(int number) {
            return values()[number - 2];
        }

        public int number() {
            return ordinal() + 2;
        }

        public int contexts() {
            return contexts;
        }

        public int microTlbs() {
            return microTlbs;
        }

        /** Whether contexts and micro-TLBs are in different units. */
        public boolean hasLeaves() {
            return hasLeaves;
        }

        /** Whether the driver leaves context 0 alone. */
        public boolean reservesContext0() {
            return hasLeaves;
        }

        /** Whether the driver writes IMBUSCR. */
        public boolean programsBus() {
            return !hasLeaves;
        }

        /** Whether the driver serves only masters that it lists (Gen3, Gen4, RZ/G2). */
        public boolean mastersOptIn() {
            return hasLeaves;
        }

        /** What the driver writes to IMTTBCR: long descriptors, the start level, and on Gen2 how walks are cached. */
        public int control() {
            return control;
        }

        /** Where a context's register is. */
        public int offset(Register register, int context) {
            return contextBase + context * contextStride + register.offset + (context > 7 ? 0x600 : 0);
        }

        /** IMUCTR of a micro-TLB: which context it uses, and whether. */
        public int control(int microTlb) {
            return microTlbBase + (microTlb < MANY ? 0x300 + 16 * microTlb : 0x600 + 16 * (microTlb - MANY));
        }

        /** IMUASID of a micro-TLB. */
        public int asid(int microTlb) {
            return control(microTlb) + 8;
        }
    }

    /** Why an access faults: a bit of IMSTR. */
    public enum Fault {
        TRANSLATION(IMSTR_TF, "translation fault"),
        PERMISSION(IMSTR_PF, "permission fault"),
        WALK_ABORT(IMSTR_ABORT, "page table walk abort");

        private final int mask;
        private final String words;

        Fault(int mask, String words) {
            this.mask = mask;
            this.words = words;
        }

        public int mask() {
            return mask;
        }

        public String words() {
            return words;
        }
    }
}
