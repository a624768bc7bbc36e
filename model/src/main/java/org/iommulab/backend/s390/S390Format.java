package org.iommulab.backend.s390;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * Region-third, segment and page table (arch/s390/include/asm/pci_dma.h): 2048 entries for 2 GiB each, 2048 for 1 MiB,
 * 256 for 4 KiB. An entry of zeros is valid; what says "invalid" is bit 5 in the first two and bit 10 in the last.
 */
public enum S390Format implements TableFormat {
    REGION_THIRD;

    public static final long PAGE = 0x1000;

    /** Width of an input address. */
    static final int REACH_BITS = 42;

    /** ZPCI_TABLE_SIZE_RT: what three levels reach, in bytes. */
    static final long REACH = 1L << REACH_BITS;

    static final int REGION = 0;
    static final int SEGMENT = 1;
    static final int LAST = 2;

    /** ZPCI_TABLE_INVALID: of region and segment entries. */
    static final long TABLE_INVALID = 0x20;
    /** ZPCI_PTE_INVALID. */
    static final long PAGE_INVALID = 0x400;
    /** ZPCI_TABLE_PROTECTED: no writing, here and below. */
    static final long PROTECTED = 0x200;
    /** ZPCI_TABLE_TYPE_MASK, of region and segment entries; {@link #TYPE_REGION_THIRD} or 0 for a segment entry. */
    static final long TYPE = 0xc;

    static final long TYPE_REGION_THIRD = 0x4;
    /** ZPCI_TABLE_LEN_RTX: the segment table has all four quarters. */
    static final long LENGTH = 0x3;
    /** ZPCI_TABLE_OFFSET_MASK: the first quarter that the segment table has. */
    static final long OFFSET = 0xc0;

    private static final List<String> NAMES = List.of("region", "segment", "page");
    private static final List<PageSize> SIZES = List.of(new PageSize(PAGE, LAST, 1));

    /** The kernel's name of each level. */
    public static List<String> levelNames() {
        return NAMES;
    }

    /** What an entry of a fresh table is. */
    public static long invalid(int level) {
        return level == LAST ? PAGE_INVALID : TABLE_INVALID;
    }

    @Override
    public int levels() {
        return NAMES.size();
    }

    @Override
    public int indexShift(int level) {
        return switch (level) {
            case REGION -> 31;
            case SEGMENT -> 20;
            default -> 12;
        };
    }

    @Override
    public int indexBits(int level) {
        return level == LAST ? 8 : 11;
    }

    @Override
    public int entryBytes() {
        return 8;
    }

    @Override
    public boolean bigEndian() {
        return true;
    }

    @Override
    public int outputBits() {
        return 64;
    }

    @Override
    public List<PageSize> pageSizes() {
        return SIZES;
    }

    @Override
    public long kindMask(int level) {
        return level == LAST ? PAGE_INVALID : TABLE_INVALID | TYPE;
    }

    @Override
    public Kind kind(int level, long entry) {
        if ((entry & invalid(level)) != 0) {
            return Kind.EMPTY;
        }
        if (level == LAST) {
            return Kind.LEAF;
        }
        // An entry of another type makes the walk fail.
        return (entry & TYPE) == (level == REGION ? TYPE_REGION_THIRD : 0) ? Kind.TABLE : Kind.EMPTY;
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return output & -PAGE | ((prot & Prot.WRITE) != 0 ? 0 : PROTECTED);
    }

    @Override
    public long table(int level, long address) {
        return level == REGION
                ? address & -alignment(SEGMENT) | TYPE_REGION_THIRD | LENGTH
                : address & -alignment(LAST);
    }

    @Override
    public long leafBytes(int level, long entry) {
        return PAGE;
    }

    @Override
    public long output(int level, long entry) {
        return entry & -PAGE;
    }

    @Override
    public int prot(int level, long entry) {
        return (entry & PROTECTED) != 0 ? Prot.READ : Prot.READ | Prot.WRITE;
    }

    @Override
    public int tableProt(int level, long entry) {
        return prot(level, entry);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return entry & -alignment(level + 1);
    }
}
