package org.iommulab.pagetable.armv7s;

import java.util.EnumSet;
import java.util.Set;

/** Deviations that a driver can ask for ({@code IO_PGTABLE_QUIRK_*}). */
public enum ArmV7sQuirk {
    /** Sections and tables are in non-secure memory. */
    ARM_NS(1),
    /** Entries hold no permissions: their bits are ignored by the unit, or mean something else. */
    NO_PERMS(1 << 1),
    /** MediaTek: addresses of 35 bits; the upper three are where permissions would be. Asks for {@link #NO_PERMS}. */
    ARM_MTK_EXT(1 << 3),
    /** MediaTek: tables, too, may be above 4 GiB. Asks for {@link #ARM_MTK_EXT}. */
    ARM_MTK_TTBR_EXT(1 << 4);

    private final long bit;

    ArmV7sQuirk(long bit) {
        this.bit = bit;
    }

    /** Its bit in include/linux/io-pgtable.h of Linux 6.1. */
    public long bit() {
        return bit;
    }

    /**
     * @param bits as in include/linux/io-pgtable.h of Linux 6.1
     * @throws IllegalArgumentException when one of them is no quirk of this format
     */
    static Set<ArmV7sQuirk> of(long bits) {
        var quirks = EnumSet.noneOf(ArmV7sQuirk.class);
        long left = bits;
        for (ArmV7sQuirk quirk : values()) {
            if ((bits & quirk.bit) != 0) {
                quirks.add(quirk);
                left &= ~quirk.bit;
            }
        }
        if (left != 0) {
            throw new IllegalArgumentException("no quirks of short descriptors: 0x" + Long.toHexString(left));
        }
        return quirks;
    }
}
