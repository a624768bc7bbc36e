package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * The two-level table of the System MMU: 4096 first-level entries for 1 MiB each, 256 second-level entries for 4 KiB
 * each (drivers/iommu/exynos-iommu.c). The driver chooses one format for the whole chip; from version 5 on addresses
 * are shifted right by 4, which makes room for 36 bits.
 */
public enum SysMmuFormat implements TableFormat {
    /** Versions 1 to 3: access permission as ARM's AP and APX bits. */
    V1_V3(0, new int[] {0x0, 0x8400, 0x0400, 0x0400}, new int[] {0x0, 0x210, 0x010, 0x010}),
    /** From version 5 on: one bit to read, one to write. */
    V5(4, new int[] {0x0, 0x10, 0x20, 0x30}, new int[] {0x0, 0x4, 0x8, 0xc});

    public static final long SMALL_PAGE = 0x1000;
    public static final long LARGE_PAGE = 0x10000;
    public static final long SECTION = 0x100000;

    private static final int TYPE = 3;
    private static final int LINK = 1;
    private static final int SECTION_TYPE = 2;
    private static final int LARGE_TYPE = 1;
    private static final int SMALL_TYPE = 2;
    private static final long LINK_MASK = 0xffff_ffc0L;

    private static final List<PageSize> SIZES =
            List.of(new PageSize(SMALL_PAGE, 1, 1), new PageSize(LARGE_PAGE, 1, 16), new PageSize(SECTION, 0, 1));

    private final int addressShift;
    private final int[] sectionAccess;
    private final int[] pageAccess;

    SysMmuFormat(int addressShift, int[] sectionAccess, int[] pageAccess) {
        this.addressShift = addressShift;
        this.sectionAccess = sectionAccess;
        this.pageAccess = pageAccess;
    }

    /** The driver's PG_ENT_SHIFT: how far physical addresses are shifted right in entries. */
    public int addressShift() {
        return addressShift;
    }

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
        return 32 + addressShift;
    }

    @Override
    public List<PageSize> pageSizes() {
        return SIZES;
    }

    @Override
    public long kindMask(int level) {
        return TYPE;
    }

    @Override
    public Kind kind(int level, long entry) {
        int type = (int) entry & TYPE;
        if (level == 0) {
            return switch (type) {
                case LINK -> Kind.TABLE;
                case SECTION_TYPE -> Kind.LEAF;
                // 3 is reserved: a fault.
                default -> Kind.EMPTY;
            };
        }
        return switch (type) {
            case 0 -> Kind.EMPTY;
            case LARGE_TYPE -> Kind.REPLICATED;
            default -> Kind.LEAF;
        };
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        int allowed = prot & (Prot.READ | Prot.WRITE);
        int type = level == 0 ? SECTION_TYPE : bytes == LARGE_PAGE ? LARGE_TYPE : SMALL_TYPE;
        int access = level == 0 ? sectionAccess[allowed] : pageAccess[allowed];
        return output >>> addressShift & 0xffff_ffffL | access | type;
    }

    @Override
    public long table(int level, long address) {
        return address >>> addressShift & 0xffff_ffffL | LINK;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return level == 0 ? SECTION : kind(level, entry) == Kind.REPLICATED ? LARGE_PAGE : SMALL_PAGE;
    }

    @Override
    public long output(int level, long entry) {
        return ((entry & 0xffff_ffffL) << addressShift) & -leafBytes(level, entry);
    }

    @Override
    public int prot(int level, long entry) {
        int low = level == 0 ? (this == V5 ? 4 : 10) : this == V5 ? 2 : 4;
        if (this == V5) {
            return (int) (entry >>> low) & (Prot.READ | Prot.WRITE);
        }
        boolean allowed = (entry >>> low & 1) != 0;
        boolean readOnly = (entry >>> low + 5 & 1) != 0;
        return allowed ? readOnly ? Prot.READ : Prot.READ | Prot.WRITE : 0;
    }

    @Override
    public long tableAddress(int level, long entry) {
        return (entry & LINK_MASK) << addressShift & -0x400L;
    }
}
