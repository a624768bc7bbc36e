package org.iommulab.pagetable.armv7s;

import java.util.Set;

/**
 * What a driver asks for ({@code struct io_pgtable_cfg}). The sizes of pages are not in it: io-pgtable-arm-v7s maps what
 * it is asked to, and leaves it to the core to ask for sizes that the driver offers.
 *
 * @param inputBits width of an input address, up to 32 (MediaTek 34)
 * @param outputBits width of an output address, up to 32 (MediaTek 35)
 * @param coherentWalk whether the unit's walks see the CPU's caches
 */
public record ArmV7sConfig(int inputBits, int outputBits, Set<ArmV7sQuirk> quirks, boolean coherentWalk) {
    private static final int LEAST_INPUT_BITS = 22;

    /** @throws IllegalArgumentException where io-pgtable-arm-v7s makes no table, so that the driver gets -ENOMEM */
    public ArmV7sConfig {
        quirks = Set.copyOf(quirks);
        boolean wide = quirks.contains(ArmV7sQuirk.ARM_MTK_EXT);
        if (inputBits > (wide ? 34 : 32) || outputBits > (wide ? 35 : 32)) {
            throw new IllegalArgumentException("short descriptors have no room for such addresses");
        }
        if (inputBits < LEAST_INPUT_BITS) {
            throw new IllegalArgumentException("the root of a table for so few addresses would be no whole table");
        }
        if (wide && !quirks.contains(ArmV7sQuirk.NO_PERMS)) {
            throw new IllegalArgumentException("ARM_MTK_EXT asks for NO_PERMS");
        }
        if (quirks.contains(ArmV7sQuirk.ARM_MTK_TTBR_EXT) && !wide) {
            throw new IllegalArgumentException("ARM_MTK_TTBR_EXT asks for ARM_MTK_EXT");
        }
    }

    public boolean has(ArmV7sQuirk quirk) {
        return quirks.contains(quirk);
    }
}
