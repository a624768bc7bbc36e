package org.iommulab.backend.riscv;

/**
 * How a device id picks its way through the device directory (RISC-V IOMMU specification, "Device-Directory-Table").
 *
 * @param extended whether a device context has 64 bytes: then a page holds 64 of them, not 128
 */
record RiscvDdt(boolean extended) {
    /** An entry that points at a page: valid. */
    static final long V = 1;

    /** Bits of an entry that must be 0. */
    static final long RESERVED = ~(RiscvLayout.PPN | V);

    private static final int INDEX_BITS = 9;
    private static final int ID_BITS = 24;

    private int leafBits() {
        return extended ? 6 : 7;
    }

    /** The lowest bit of the id that indexes this level; level 0 is the page of device contexts. */
    int shift(int level) {
        return level == 0 ? 0 : leafBits() + INDEX_BITS * (level - 1);
    }

    /** Bits of ids that a directory of so many levels reaches. */
    int reach(int levels) {
        return Math.min(ID_BITS, leafBits() + INDEX_BITS * (levels - 1));
    }

    boolean reaches(int levels, int id) {
        return id >>> reach(levels) == 0;
    }

    int index(int level, int id) {
        return level == 0 ? id & (1 << leafBits()) - 1 : id >>> shift(level) & (1 << INDEX_BITS) - 1;
    }

    int entryBytes(int level) {
        return level == 0 ? RiscvDc.bytes(extended) : 8;
    }

    /** Entries of a page; the top one of three levels of the base format has fewer that can be reached. */
    int entries(int level) {
        return level == 0 ? 1 << leafBits() : 1 << INDEX_BITS;
    }

    /** Where in a page the entry of an id is. */
    long offset(int level, int id) {
        return (long) index(level, id) * entryBytes(level);
    }

    static long entry(long page) {
        return RiscvLayout.ppn(page) | V;
    }
}
