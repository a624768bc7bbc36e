package org.iommulab.backend.omap;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * The two-level table of the OMAP IOMMU (drivers/iommu/omap-iopgtable.h): 4096 first-level entries for 1 MiB each, 256
 * second-level entries for 4 KiB each; supersections and large pages stand in 16 entries. There are no permissions. The
 * driver leaves the endianness and element size bits 0.
 */
public final class OmapFormat implements TableFormat {
    public static final long SMALL_PAGE = 0x1000;
    public static final long LARGE_PAGE = 0x10000;
    public static final long SECTION = 0x100000;
    public static final long SUPERSECTION = 0x1000000;

    private static final int TYPE = 3;
    private static final int TABLE_TYPE = 1;
    private static final int SECTION_TYPE = 2;
    private static final int SUPER = 1 << 18;
    private static final int LARGE_TYPE = 1;
    private static final int SMALL_TYPE = 2;
    private static final long TABLE_ADDRESS = 0xffff_fc00L;
    private static final long ALL = 0xffff_ffffL;

    private static final List<PageSize> SIZES = List.of(
            new PageSize(SMALL_PAGE, 1, 1),
            new PageSize(LARGE_PAGE, 1, 16),
            new PageSize(SECTION, 0, 1),
            new PageSize(SUPERSECTION, 0, 16));

    @Override
    public int levels() {
        return 2;
    }

    @Override
    public int indexShift(int level) {
        return level == 0 ? 20 : 12;
    }

    @Override
    public int indexBits(int level) {
        return level == 0 ? 12 : 8;
    }

    @Override
    public int entryBytes() {
        return 4;
    }

    @Override
    public int outputBits() {
        return 32;
    }

    @Override
    public List<PageSize> pageSizes() {
        return SIZES;
    }

    @Override
    public long kindMask(int level) {
        return level == 0 ? SUPER | TYPE : TYPE;
    }

    @Override
    public Kind kind(int level, long entry) {
        int type = (int) entry & TYPE;
        if (level == 0) {
            return switch (type) {
                case TABLE_TYPE -> Kind.TABLE;
                case SECTION_TYPE -> (entry & SUPER) != 0 ? Kind.REPLICATED : Kind.LEAF;
                default -> Kind.EMPTY;
            };
        }
        return switch (type) {
            case 0 -> Kind.EMPTY;
            case LARGE_TYPE -> Kind.REPLICATED;
            // Bit 1 alone says that it is a small page.
            default -> Kind.LEAF;
        };
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        long address = output & -bytes & ALL;
        if (level == 0) {
            return address | SECTION_TYPE | (bytes == SUPERSECTION ? SUPER : 0);
        }
        return address | (bytes == LARGE_PAGE ? LARGE_TYPE : SMALL_TYPE);
    }

    @Override
    public long table(int level, long address) {
        return address & TABLE_ADDRESS | TABLE_TYPE;
    }

    @Override
    public long leafBytes(int level, long entry) {
        boolean replicated = kind(level, entry) == Kind.REPLICATED;
        if (level == 0) {
            return replicated ? SUPERSECTION : SECTION;
        }
        return replicated ? LARGE_PAGE : SMALL_PAGE;
    }

    @Override
    public long output(int level, long entry) {
        return entry & -leafBytes(level, entry) & ALL;
    }

    @Override
    public int prot(int level, long entry) {
        return Prot.READ | Prot.WRITE;
    }

    @Override
    public long tableAddress(int level, long entry) {
        return entry & TABLE_ADDRESS;
    }
}
