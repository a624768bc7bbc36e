package org.iommulab.backend.rockchip;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * The two-level table of the Rockchip IOMMU (drivers/iommu/rockchip-iommu.c): a directory table of 1024 entries for
 * 4 MiB each, page tables of 1024 entries for 4 KiB each. Every table is one 4 KiB page.
 */
public enum RockchipFormat implements TableFormat {
    /** Up to RK3399 and PX30: 32-bit addresses. */
    V1(32) {
        @Override
        long encode(long address) {
            return address & ADDRESS;
        }

        @Override
        long decode(long entry) {
            return entry & ADDRESS;
        }

        @Override
        long plainWord(long directory) {
            return directory & WORD;
        }

        @Override
        long plainAddress(long word) {
            return word;
        }
    },
    /** RK3568 and RK3588: 40-bit addresses, whose bits 39:36 and 35:32 sit in entry bits 7:4 and 11:8. */
    V2(40) {
        @Override
        long encode(long address) {
            return address & ADDRESS | address >>> 24 & HIGH_1 | address >>> 32 & HIGH_2;
        }

        @Override
        long decode(long entry) {
            return entry & ADDRESS | (entry & HIGH_1) << 24 | (entry & HIGH_2) << 32;
        }

        @Override
        long plainWord(long directory) {
            return directory & ADDRESS | directory >>> PLAIN_SHIFT & (HIGH_1 | HIGH_2);
        }

        @Override
        long plainAddress(long word) {
            return word & ADDRESS | (word & (HIGH_1 | HIGH_2)) << PLAIN_SHIFT;
        }
    };

    /** The one page size of the hardware. */
    public static final long PAGE = 0x1000;

    static final int VALID = 1;
    private static final long ADDRESS = 0xffff_f000L;
    private static final long HIGH_1 = 0xf00;
    private static final long HIGH_2 = 0xf0;
    private static final int PLAIN_SHIFT = 28;
    private static final long WORD = 0xffff_ffffL;
    private static final int READABLE = 1;

    private static final List<PageSize> SIZES = List.of(new PageSize(PAGE, 1, 1));

    private final int outputBits;

    RockchipFormat(int outputBits) {
        this.outputBits = outputBits;
    }

    abstract long encode(long address);

    abstract long decode(long entry);

    abstract long plainWord(long directory);

    abstract long plainAddress(long word);

    /**
     * What the driver writes to MMU_DTE_ADDR.
     *
     * @param asEntry as a directory entry has an address (6df63b7ebdaf, v6.6); before, v2 had bits 39:32 in the wrong
     *     order, which was harmless as long as its tables were below 4 GiB
     */
    public long directoryWord(long directory, boolean asEntry) {
        return asEntry ? table(0, directory) : plainWord(directory);
    }

    /** What the driver takes such a word for. */
    public long directoryAddress(long word, boolean asEntry) {
        return asEntry ? decode(word) : plainAddress(word);
    }

    @Override
    public int levels() {
        return 2;
    }

    @Override
    public int indexShift(int level) {
        return level == 0 ? 22 : 12;
    }

    @Override
    public int indexBits(int level) {
        return 10;
    }

    @Override
    public int entryBytes() {
        return 4;
    }

    @Override
    public int outputBits() {
        return outputBits;
    }

    @Override
    public List<PageSize> pageSizes() {
        return SIZES;
    }

    @Override
    public long kindMask(int level) {
        return VALID;
    }

    @Override
    public Kind kind(int level, long entry) {
        if ((entry & VALID) == 0) {
            return Kind.EMPTY;
        }
        return level == 0 ? Kind.TABLE : Kind.LEAF;
    }

    /** The driver never sets the cache bits that v1 has. */
    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return encode(output) | (prot & (Prot.READ | Prot.WRITE)) << READABLE | VALID;
    }

    @Override
    public long table(int level, long address) {
        return encode(address) | VALID;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return PAGE;
    }

    @Override
    public long output(int level, long entry) {
        return decode(entry);
    }

    @Override
    public int prot(int level, long entry) {
        return (int) (entry >>> READABLE) & (Prot.READ | Prot.WRITE);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return decode(entry);
    }
}
