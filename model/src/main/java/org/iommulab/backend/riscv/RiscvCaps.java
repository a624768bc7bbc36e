package org.iommulab.backend.riscv;

/**
 * CAPABILITIES: what a unit can do.
 *
 * @param word as the register reads
 */
record RiscvCaps(long word) {
    static final int SV39 = 9;
    static final int SV48 = 10;
    static final int SV57 = 11;
    static final int MSI_FLAT = 22;
    static final int AMO_HWAD = 24;
    static final int END = 27;
    private static final int IGS = 28;
    static final int DBG = 31;

    /** IGS: interrupts as messages only. */
    private static final int MESSAGES_ONLY = 0;

    private static final int RESERVED_IGS = 3;

    /**
     * Version 1.0, all three kinds of first stages, extended device contexts, interrupts as lines or messages, debug
     * translation, addresses of 56 bits: of what QEMU's unit says, the part that the lab models.
     */
    static final RiscvCaps QEMU = new RiscvCaps(0x38_a040_0e10L);

    boolean has(int bit) {
        return (word >>> bit & 1) != 0;
    }

    /** Whether interrupts can be lines. */
    boolean lines() {
        int igs = (int) (word >>> IGS) & 3;
        return igs != MESSAGES_ONLY && igs != RESERVED_IGS;
    }

    /** Whether a device context has 64 bytes, not 32. */
    boolean extended() {
        return has(MSI_FLAT);
    }

    /** Whether the unit's walks can have so many levels. */
    boolean supports(int levels) {
        return levels >= 3 && levels <= 5 && has(SV39 + levels - 3);
    }

    /** The largest number of levels; 0 when there is no first stage. */
    int mostLevels() {
        for (int levels = 5; levels >= 3; levels--) {
            if (supports(levels)) {
                return levels;
            }
        }
        return 0;
    }
}
