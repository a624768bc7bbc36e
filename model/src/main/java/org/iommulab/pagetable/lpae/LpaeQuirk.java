package org.iommulab.pagetable.lpae;

/** Deviations that a driver can ask for ({@code IO_PGTABLE_QUIRK_*}); stage 1 only. */
public enum LpaeQuirk {
    /** Entries say that pages and tables are in non-secure memory. */
    ARM_NS(1),
    /** The table is for the upper half of the addresses: the bits above {@code ias} are ones. */
    ARM_TTBR1(1 << 5),
    /** Walks of a unit that is not coherent use the system cache: outer cacheable all the same. */
    ARM_OUTER_WBWA(1 << 6);

    private final long bit;

    LpaeQuirk(long bit) {
        this.bit = bit;
    }

    /** Its bit in include/linux/io-pgtable.h of Linux 6.1. */
    public long bit() {
        return bit;
    }
}
