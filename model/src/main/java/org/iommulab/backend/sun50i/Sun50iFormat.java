package org.iommulab.backend.sun50i;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * The two-level table of the Allwinner IOMMU (drivers/iommu/sun50i-iommu.c): a directory of 4096 entries for 1 MiB
 * each, page tables of 256 entries for 4 KiB each.
 *
 * <p>A page entry has no permissions, but an index (ACI) into the unit's authority registers. {@link #prot} says what
 * the driver means by the index; the unit goes by its registers.
 */
public final class Sun50iFormat implements TableFormat {
    /** The one page size. */
    public static final long PAGE = 0x1000;

    private static final int DIRECTORY_TYPE = 3;
    private static final int DIRECTORY_VALID = 1;
    private static final int PAGE_VALID = 2;
    private static final int ACI_SHIFT = 4;
    private static final int ACI_MASK = 0xf;
    private static final long TABLE_ADDRESS = 0xffff_fc00L;
    private static final long PAGE_ADDRESS = 0xffff_f000L;

    /** The driver's authority index for each of none, read, write, and both. */
    private static final int[] ACI = {1, 2, 3, 4};

    private static final int[] PROT = {0, 0, Prot.READ, Prot.WRITE, Prot.READ | Prot.WRITE};
    private static final List<PageSize> SIZES = List.of(new PageSize(PAGE, 1, 1));

    /** The authority index of a page entry, 0 to 15. */
    static int authority(long entry) {
        return (int) (entry >>> ACI_SHIFT) & ACI_MASK;
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
        return 32;
    }

    @Override
    public List<PageSize> pageSizes() {
        return SIZES;
    }

    @Override
    public long kindMask(int level) {
        return level == 0 ? DIRECTORY_TYPE : PAGE_VALID;
    }

    @Override
    public Kind kind(int level, long entry) {
        if (level == 0) {
            return (entry & DIRECTORY_TYPE) == DIRECTORY_VALID ? Kind.TABLE : Kind.EMPTY;
        }
        return (entry & PAGE_VALID) != 0 ? Kind.LEAF : Kind.EMPTY;
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return output & PAGE_ADDRESS | (long) ACI[prot & (Prot.READ | Prot.WRITE)] << ACI_SHIFT | PAGE_VALID;
    }

    @Override
    public long table(int level, long address) {
        return address & TABLE_ADDRESS | DIRECTORY_VALID;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return PAGE;
    }

    @Override
    public long output(int level, long entry) {
        return entry & PAGE_ADDRESS;
    }

    @Override
    public int prot(int level, long entry) {
        int authority = authority(entry);
        return authority < PROT.length ? PROT[authority] : 0;
    }

    @Override
    public long tableAddress(int level, long entry) {
        return entry & TABLE_ADDRESS;
    }
}
