package org.iommulab.backend.armsmmuv3;

import org.iommulab.pagetable.lpae.LpaeRegisters;

/** The entries that the driver makes (arm_smmu_write_strtab_ent up to 6.7, arm_smmu_make_... in 6.12). */
final class SmmuV3Entries {
    /** 64 less the 48 bits of a process's addresses. */
    private static final long PROCESS_T0SZ = 16;

    /** MAIR_EL1 of an arm64 kernel (MAIR_EL1_SET): normal memory first; which tag memory has is unverified. */
    private static final long CPU_MAIR = 0x0000_0004_0044_ffffL;

    private SmmuV3Entries() {}

    private static long config(int config) {
        return SmmuV3Ste.V | (long) config << SmmuV3Ste.CONFIG;
    }

    /** arm_smmu_make_abort_ste. */
    static SmmuV3Ste abort() {
        return new SmmuV3Ste(config(SmmuV3Ste.ABORT), 0, 0, 0);
    }

    /** Up to 6.7 with the shareability of a bypassed stream. */
    static SmmuV3Ste oldAbort() {
        return new SmmuV3Ste(config(SmmuV3Ste.ABORT), SmmuV3Ste.SHCFG_INCOMING, 0, 0);
    }

    static SmmuV3Ste oldBypass() {
        return new SmmuV3Ste(config(SmmuV3Ste.BYPASS), SmmuV3Ste.SHCFG_INCOMING, 0, 0);
    }

    /** arm_smmu_make_bypass_ste. */
    static SmmuV3Ste bypass(SmmuV3Device smmu) {
        return new SmmuV3Ste(config(SmmuV3Ste.BYPASS), overridden(smmu), 0, 0);
    }

    private static long overridden(SmmuV3Device smmu) {
        return smmu.has(SmmuV3Feature.ATTRIBUTE_OVERRIDE) ? SmmuV3Ste.SHCFG_INCOMING : 0;
    }

    /** Stage 1: a table of one context descriptor, no substreams. */
    static SmmuV3Ste stageOne(SmmuV3Master master, long cdTable) {
        return descriptors(master, cdTable, 0, SmmuV3Ste.DSS_SSID0);
    }

    /**
     * arm_smmu_make_cdtable_ste.
     *
     * @param bits how many descriptors the table has, as a power of two
     * @param withoutSubstream what becomes of accesses without a substream (S1DSS)
     */
    static SmmuV3Ste descriptors(SmmuV3Master master, long cdTable, int bits, int withoutSubstream) {
        SmmuV3Device smmu = master.smmu();
        long w1 = withoutSubstream
                | SmmuV3Ste.CD_CACHED
                | (smmu.has(SmmuV3Feature.STALLS) && !master.stalls() ? SmmuV3Ste.S1STALLD : 0)
                | (smmu.has(SmmuV3Feature.HOST_EXTENSION) ? SmmuV3Ste.STRW_EL2 : 0);
        long w0 = (long) bits << SmmuV3Ste.S1CDMAX | cdTable & SmmuV3Ste.S1CONTEXTPTR;
        return new SmmuV3Ste(w0 | config(SmmuV3Ste.STAGE_ONE), w1, 0, 0);
    }

    /** Stage 2; the second word is what 6.12 puts there. */
    static SmmuV3Ste stageTwo(SmmuV3Device smmu, int vmid, LpaeRegisters.StageTwo table) {
        LpaeRegisters.Control control = table.vtcr();
        long vtcr = control.bits()
                | (long) table.startLevel() << 6
                | (long) control.inner() << 8
                | (long) control.outer() << 10
                | (long) control.shareability() << 12
                | (long) control.granule() << 14
                | (long) control.size() << 16;
        long w2 = vmid | vtcr << SmmuV3Ste.VTCR | SmmuV3Ste.S2AA64 | SmmuV3Ste.S2PTW | SmmuV3Ste.S2R;
        return new SmmuV3Ste(config(SmmuV3Ste.STAGE_TWO), overridden(smmu), w2, table.vttbr() & SmmuV3Ste.S2TTB);
    }

    /** arm_smmu_make_s1_cd, and what arm_smmu_write_ctx_desc makes up to 6.7: the same. */
    static SmmuV3Cd context(int asid, LpaeRegisters.StageOne table) {
        LpaeRegisters.Control control = table.tcr();
        long w0 = control.bits()
                | (long) control.granule() << SmmuV3Cd.TG0
                | (long) control.inner() << SmmuV3Cd.IR0
                | (long) control.outer() << SmmuV3Cd.OR0
                | (long) control.shareability() << SmmuV3Cd.SH0
                | SmmuV3Cd.EPD1
                | SmmuV3Cd.V
                | (long) control.size() << SmmuV3Cd.IPS
                | SmmuV3Cd.AA64
                | SmmuV3Cd.R
                | SmmuV3Cd.A
                | SmmuV3Cd.ASET
                | (long) asid << SmmuV3Cd.ASID;
        return new SmmuV3Cd(w0, table.ttbr() & SmmuV3Cd.TTB0, 0, table.mair());
    }

    /** arm_smmu_make_sva_cd: the process's table as the CPU has it, 48 bits with pages of 4 KiB; MAIR is the CPU's. */
    static SmmuV3Cd ofProcess(int asid, long root, int outputSize) {
        long cached = 1L << SmmuV3Cd.IR0 | 1L << SmmuV3Cd.OR0 | 3L << SmmuV3Cd.SH0;
        long w0 = PROCESS_T0SZ
                | cached
                | SmmuV3Cd.EPD1
                | SmmuV3Cd.V
                | (long) outputSize << SmmuV3Cd.IPS
                | SmmuV3Cd.AA64
                | SmmuV3Cd.R
                | SmmuV3Cd.A
                | SmmuV3Cd.ASET
                | (long) asid << SmmuV3Cd.ASID;
        return new SmmuV3Cd(w0, root & SmmuV3Cd.TTB0, 0, CPU_MAIR);
    }
}
