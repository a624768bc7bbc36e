package org.iommulab.backend.riscv;

/**
 * A device context, the leaf of the device directory: what becomes of a device's accesses (RISC-V IOMMU specification,
 * "Device-context").
 *
 * @param tc translation control: valid, and which extras
 * @param iohgatp second stage; 0 is none
 * @param ta PSCID, the tag of its translations
 * @param fsc first stage: how many levels, and where; 0 is none, addresses pass
 * @param msiptp table for interrupts, in extended contexts only; 0 is none
 */
record RiscvDc(long tc, long iohgatp, long ta, long fsc, long msiptp) {
    static final int TC = 0;
    static final int IOHGATP = 8;
    static final int TA = 16;
    static final int FSC = 24;
    static final int MSIPTP = 32;

    static final int BASE_BYTES = 32;
    static final int EXTENDED_BYTES = 64;

    // tc
    static final long V = 1;
    static final long DTF = 1 << 4;
    static final long SADE = 1 << 8;

    private static final long CUSTOM = 0xff00_0000L;
    private static final int PSCID_SHIFT = 12;
    private static final int MODE_SHIFT = 60;
    private static final long FSC_PPN = (1L << 44) - 1;
    /** fsc.mode of three levels; four and five follow. */
    private static final int SV39 = 8;

    static int bytes(boolean extended) {
        return extended ? EXTENDED_BYTES : BASE_BYTES;
    }

    /** fsc for a table of three to five levels. */
    static long fsc(int levels, long root) {
        return (long) (levels - 3 + SV39) << MODE_SHIFT | root >>> 12 & FSC_PPN;
    }

    static long ta(int pscid) {
        return (long) pscid << PSCID_SHIFT;
    }

    boolean valid() {
        return (tc & V) != 0;
    }

    int pscid() {
        return (int) (ta >>> PSCID_SHIFT) & RiscvLayout.PSCID_MASK;
    }

    private int mode() {
        return (int) (fsc >>> MODE_SHIFT);
    }

    /** Whether there is no first stage: addresses pass as they are. */
    boolean bare() {
        return mode() == 0;
    }

    /** Levels of the first stage; out of 3 to 5 for an unknown mode. */
    int levels() {
        return mode() - SV39 + 3;
    }

    long root() {
        return (fsc & FSC_PPN) << 12;
    }

    /** Whether the unit sets the accessed and dirty bits of entries. */
    boolean updatesEntries() {
        return (tc & SADE) != 0;
    }

    /** Whether most faults of the device leave no record. */
    boolean hidesFaults() {
        return (tc & DTF) != 0;
    }

    /**
     * Whether a unit that can do this takes it ("Device-context configuration checks"). Second stages, process
     * directories, ATS and tables for interrupts are not modelled: a context that asks for one is refused, as by a unit
     * without.
     */
    boolean fits(RiscvCaps caps) {
        long known = V | DTF | CUSTOM | (caps.has(RiscvCaps.AMO_HWAD) ? SADE : 0);
        boolean stage = fsc == 0 || (fsc & ~FSC_PPN) == (long) mode() << MODE_SHIFT && caps.supports(levels());
        boolean bareWithRoot = bare() && (fsc & ~FSC_PPN) == 0;
        return (tc & ~known) == 0
                && iohgatp == 0
                && (ta & ~((long) RiscvLayout.PSCID_MASK << PSCID_SHIFT)) == 0
                && (stage || bareWithRoot)
                && msiptp == 0;
    }
}
