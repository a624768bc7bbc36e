package org.iommulab.backend.s390;

/** The bits of zPCI's instructions and of what they anchor (arch/s390/include/asm/pci_dma.h, pci_insn.h). */
public final class S390Layout {
    /** IOTA: translation is on. */
    public static final long IOTA_ENABLED = 0x800;

    private static final int DESIGNATION_SHIFT = 2;
    private static final int REGION_THIRD = 1;

    private S390Layout() {}

    /** ZPCI_IOTA_RTTO_FLAG: the I/O translation anchor for a region-third table, with key 0. */
    public static long regionThird(long table) {
        return table | IOTA_ENABLED | REGION_THIRD << DESIGNATION_SHIFT;
    }
}
