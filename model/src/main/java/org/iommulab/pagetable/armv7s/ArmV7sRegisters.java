package org.iommulab.pagetable.armv7s;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values that a driver writes to its unit's registers for a table ({@code struct arm_v7s_cfg}).
 *
 * @param ttbr where the root is, and how walks are cached; 32 bits
 * @param tcr TTBCR: one table for all addresses
 * @param nmrr inner and outer policy of each attribute index
 * @param prrr memory type of each attribute index, {TEX[0], C, B}
 */
public record ArmV7sRegisters(long ttbr, long tcr, long nmrr, long prrr) {
    private static final long SHAREABLE = 1 << 1;
    /** Not outer shareable, and inner and outer write back, write allocate. */
    private static final long CACHED_WALKS = 0x68;

    /** Index 7 is inner and outer write back, write allocate. */
    private static final long NMRR = 0x4000_4000L;
    /** Index 1 is device memory, 4 and 7 are normal; which is shareable is said by the entry. */
    private static final long PRRR = 0x800b_8204L;

    private static final long WORD = 0xffff_ffffL;

    /** As arm_v7s_alloc_pgtable derives them. */
    static ArmV7sRegisters of(ArmV7sConfig config, long base) {
        // MediaTek has address bits 34:32 where others say how walks are cached.
        long low = config.has(ArmV7sQuirk.ARM_MTK_EXT)
                ? base >>> 32
                : config.coherentWalk() ? SHAREABLE | CACHED_WALKS : SHAREABLE;
        return new ArmV7sRegisters(base & WORD | low, 0, NMRR, PRRR);
    }

    /** By the names of the kernel's structure. */
    public Map<String, Long> byName() {
        var names = new LinkedHashMap<String, Long>();
        names.put("ttbr", ttbr);
        names.put("tcr", tcr);
        names.put("nmrr", nmrr);
        names.put("prrr", prrr);
        return names;
    }
}
