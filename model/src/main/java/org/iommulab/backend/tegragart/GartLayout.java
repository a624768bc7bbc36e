package org.iommulab.backend.tegragart;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of the memory controller that are the GART's, and the bits of an entry (drivers/iommu/tegra-gart.c). */
public final class GartLayout {
    public static final long PAGE = 0x1000;

    /** Physical address of the aperture's first byte: the second {@code reg} of the memory controller's node. */
    public static final long APERTURE = 0x5800_0000L;

    /** Entries that the hardware has: 32 MiB. */
    public static final int ENTRIES = 8192;

    /** Bit 7: an access met an entry that is not valid. */
    public static final int INT_STATUS = 0x00;

    /** The same bits: which of them interrupt. */
    public static final int INT_MASK = 0x04;

    public static final int INT_INVALID_PAGE = 1 << 7;

    /** What the memory controller's driver listens to: decode errors, GART pages, security violations. */
    static final int INTERRUPTS = 1 << 6 | INT_INVALID_PAGE | 1 << 8;

    /** Bit 0 enables; reading it back flushes posted writes. */
    public static final int CONFIG = 0x24;

    /** An address of the aperture, which selects the entry. */
    public static final int ENTRY_ADDR = 0x28;

    /** The selected entry. */
    public static final int ENTRY_DATA = 0x2c;

    /** Bit 0: a write; the client in bits 6:1. */
    public static final int ERROR_REQ = 0x30;

    public static final int ERROR_ADR = 0x34;

    private static final int ERROR_CLIENT = 0x3f;

    static int errorClient(int request) {
        return request >>> 1 & ERROR_CLIENT;
    }

    static boolean errorWrites(int request) {
        return (request & 1) != 0;
    }

    /** What enables it in CONFIG. */
    static final int ENABLE = 1;

    public static final int VALID = 1 << 31;

    /** Where an entry holds the page. */
    public static final int PAGE_MASK = 0x7fff_f000;

    static final List<Register> REGISTERS = List.of(
            new Register("MC_INTSTATUS", INT_STATUS),
            new Register("MC_INTMASK", INT_MASK),
            new Register("GART_CONFIG", CONFIG),
            new Register("GART_ENTRY_ADDR", ENTRY_ADDR),
            new Register("GART_ENTRY_DATA", ENTRY_DATA),
            new Register("GART_ERROR_REQ", ERROR_REQ),
            new Register("GART_ERROR_ADR", ERROR_ADR));

    private GartLayout() {}
}
