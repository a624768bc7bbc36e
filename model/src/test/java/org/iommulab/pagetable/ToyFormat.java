package org.iommulab.pagetable;

import java.util.List;

/**
 * A format that has what the vendors' formats have: four levels of 64-bit entries, pages at three of them, replicated
 * entries, and the top address bits in another place than the rest.
 */
final class ToyFormat implements TableFormat {
    private static final long VALID = 1;
    private static final long TABLE = 2;
    private static final long COPIES = 1L << 52;
    private static final long READ = 1L << 6;
    private static final long WRITE = 1L << 7;
    private static final long LOW = 0xfff_ffff_f000L;

    @Override
    public int levels() {
        return 4;
    }

    @Override
    public int indexShift(int level) {
        return 39 - 9 * level;
    }

    @Override
    public int indexBits(int level) {
        return 9;
    }

    @Override
    public int entryBytes() {
        return 8;
    }

    @Override
    public int outputBits() {
        return 48;
    }

    @Override
    public List<PageSize> pageSizes() {
        return List.of(
                new PageSize(0x1000, 3, 1),
                new PageSize(0x10000, 3, 16),
                new PageSize(0x200000, 2, 1),
                new PageSize(0x40000000, 1, 1));
    }

    @Override
    public long kindMask(int level) {
        return level == 3 ? VALID | COPIES : VALID | TABLE;
    }

    @Override
    public Kind kind(int level, long entry) {
        if ((entry & VALID) == 0) {
            return Kind.EMPTY;
        }
        if (level == 3) {
            return (entry & COPIES) != 0 ? Kind.REPLICATED : Kind.LEAF;
        }
        return (entry & TABLE) != 0 ? Kind.TABLE : level == 0 ? Kind.EMPTY : Kind.LEAF;
    }

    private static long place(long address) {
        return address & LOW | address >>> 44 << 55;
    }

    private static long address(long entry) {
        return entry & LOW | (entry >>> 55 & 0xf) << 44;
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return place(output)
                | VALID
                | (bytes == 0x10000 ? COPIES : 0)
                | ((prot & Prot.READ) != 0 ? READ : 0)
                | ((prot & Prot.WRITE) != 0 ? WRITE : 0);
    }

    @Override
    public long table(int level, long address) {
        return place(address) | VALID | TABLE;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return kind(level, entry) == Kind.REPLICATED ? 0x10000 : 1L << indexShift(level);
    }

    @Override
    public long output(int level, long entry) {
        return address(entry) & -leafBytes(level, entry);
    }

    @Override
    public int prot(int level, long entry) {
        return ((entry & READ) != 0 ? Prot.READ : 0) | ((entry & WRITE) != 0 ? Prot.WRITE : 0);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return address(entry);
    }
}
