package org.iommulab.backend.mtkv1;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * One level of 2^20 entries for 4 KiB each: address, VALID and NONSEC, no permissions (F_DESC_VALID and F_DESC_NONSEC of
 * drivers/iommu/mtk_iommu_v1.c).
 */
public enum MtkV1Format implements TableFormat {
    FLAT;

    public static final long PAGE = 0x1000;
    public static final int ENTRIES = 1 << 20;

    static final int VALID = 1 << 1;
    /** A non-secure access; the driver always sets it. */
    static final int NONSEC = 1 << 3;

    private static final List<PageSize> SIZES = List.of(new PageSize(PAGE, 0, 1));

    @Override
    public int levels() {
        return 1;
    }

    @Override
    public int indexShift(int level) {
        return 12;
    }

    @Override
    public int indexBits(int level) {
        return 20;
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
        return VALID;
    }

    @Override
    public Kind kind(int level, long entry) {
        return (entry & VALID) != 0 ? Kind.LEAF : Kind.EMPTY;
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return output & 0xffff_f000L | VALID | NONSEC;
    }

    /** There is no second level. */
    @Override
    public long table(int level, long address) {
        return 0;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return PAGE;
    }

    @Override
    public long output(int level, long entry) {
        return entry & 0xffff_f000L;
    }

    @Override
    public int prot(int level, long entry) {
        return Prot.READ | Prot.WRITE;
    }

    /** There is no second level. */
    @Override
    public long tableAddress(int level, long entry) {
        return 0;
    }
}
