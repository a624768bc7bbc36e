package org.iommulab.backend.riscv;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * Sv39, Sv48 and Sv57: the page tables of RISC-V's CPUs, as the first stage of the IOMMU and as its driver writes them
 * (RISC-V privileged architecture, "Sv39"; arch/riscv/include/asm/pgtable-bits.h). 512 entries of 8 bytes at each level,
 * every level can map pages.
 *
 * @param levels 3 to 5; 1 for the rest of a walk whose beginning is known
 * @param hardwareDirty whether the unit sets the dirty bit, so that the driver leaves it clear (AMO_HWAD)
 */
record RiscvFormat(int levels, boolean hardwareDirty) implements TableFormat {
    static final long SMALL_PAGE = 0x1000;

    static final long V = 1;
    static final long R = 1 << 1;
    static final long W = 1 << 2;
    static final long X = 1 << 3;
    /** User: a device's accesses count as such. */
    static final long U = 1 << 4;

    static final long A = 1 << 6;
    static final long D = 1 << 7;
    /** N and PBMT, of extensions that the unit has not got, and bits without a meaning. */
    static final long RESERVED = -1L << 54;

    private static final int INDEX_BITS = 9;
    private static final int PAGE_BITS = 12;
    private static final int OUTPUT_BITS = 56;
    /** A page of 512 GiB is the largest that the driver names. */
    private static final int LARGEST = 4;

    RiscvFormat {
        if (levels < 1 || levels > 5) {
            throw new IllegalArgumentException("no table has " + levels + " levels");
        }
    }

    /** {@code Sv39}. */
    String label() {
        return "Sv" + (PAGE_BITS + INDEX_BITS * levels);
    }

    /** Bits of an input address; the upper half of the space is that of addresses whose upper bits are all 1. */
    int inputBits() {
        return PAGE_BITS + INDEX_BITS * levels;
    }

    /** Whether all bits from the highest that is translated on are the same. */
    boolean isCanonical(long input) {
        long upper = input >> inputBits() - 1;
        return upper == 0 || upper == -1;
    }

    /** The number of a level as the specification counts: the last is 0. */
    int number(int level) {
        return levels - 1 - level;
    }

    List<String> levelNames() {
        return IntStream.range(0, levels)
                .mapToObj(level -> "level " + number(level))
                .toList();
    }

    @Override
    public int indexShift(int level) {
        return PAGE_BITS + INDEX_BITS * number(level);
    }

    @Override
    public int indexBits(int level) {
        return INDEX_BITS;
    }

    /** Which entry of a table of this level an address is mapped by. */
    int index(int level, long input) {
        return (int) (input >>> indexShift(level)) & (1 << INDEX_BITS) - 1;
    }

    @Override
    public int entryBytes() {
        return 8;
    }

    @Override
    public int outputBits() {
        return OUTPUT_BITS;
    }

    /** {@inheritDoc} 4 KiB, 2 MiB, 1 GiB, and 512 GiB where there are as many levels. */
    @Override
    public List<PageSize> pageSizes() {
        return IntStream.range(0, Math.min(LARGEST, levels))
                .mapToObj(number -> new PageSize(1L << PAGE_BITS + INDEX_BITS * number, levels - 1 - number, 1))
                .toList();
    }

    @Override
    public long kindMask(int level) {
        return V | R | W | X;
    }

    /** {@inheritDoc} What cannot be read is no leaf: write-only entries are reserved, and data is never executed. */
    @Override
    public Kind kind(int level, long entry) {
        if ((entry & V) == 0) {
            return Kind.EMPTY;
        }
        if ((entry & (R | W | X)) == 0) {
            return Kind.TABLE;
        }
        return (entry & R) != 0 ? Kind.LEAF : Kind.EMPTY;
    }

    /** {@inheritDoc} As riscv_iommu_map_pages does: what is mapped may always be read. */
    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        long write = (prot & Prot.WRITE) == 0 ? 0 : hardwareDirty ? W : W | D;
        return RiscvLayout.ppn(output) | V | R | U | A | write;
    }

    @Override
    public long table(int level, long address) {
        return RiscvLayout.ppn(address) | V;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return 1L << indexShift(level);
    }

    @Override
    public long output(int level, long entry) {
        return RiscvLayout.address(entry) & -leafBytes(level, entry);
    }

    @Override
    public int prot(int level, long entry) {
        return Prot.READ | ((entry & W) != 0 ? Prot.WRITE : 0);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return RiscvLayout.address(entry);
    }
}
