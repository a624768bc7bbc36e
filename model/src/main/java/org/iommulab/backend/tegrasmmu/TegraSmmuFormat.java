package org.iommulab.backend.tegrasmmu;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * The two-level table of the Tegra SMMU (drivers/iommu/tegra-smmu.c): a page directory of 1024 entries for 4 MiB each,
 * page tables of 1024 entries for 4 KiB each. Entries hold page frame numbers. The driver maps no 4 MiB sections, and
 * that the hardware could is not known; a directory entry without NEXT counts as empty.
 */
public enum TegraSmmuFormat implements TableFormat {
    /** Tegra30 and Tegra114. */
    BITS_32(32),
    /** Tegra124, Tegra132 and Tegra210. */
    BITS_34(34);

    /** The one page size. */
    public static final long PAGE = 0x1000;

    private static final int PAGE_SHIFT = 12;
    static final long READABLE = 1L << 31;
    static final long WRITABLE = 1L << 30;
    static final long NONSECURE = 1L << 29;
    static final long NEXT = 1L << 28;
    private static final long ALL_ALLOWED = READABLE | WRITABLE | NONSECURE;

    private static final List<PageSize> SIZES = List.of(new PageSize(PAGE, 1, 1));

    private final int addressBits;
    private final long frameMask;

    TegraSmmuFormat(int addressBits) {
        this.addressBits = addressBits;
        this.frameMask = (1L << addressBits - PAGE_SHIFT) - 1;
    }

    /** The bits of an entry that hold a page frame number. */
    public long frameMask() {
        return frameMask;
    }

    /** What PTB_DATA holds for a page directory. */
    public long directoryPointer(long address) {
        return ALL_ALLOWED | address >>> PAGE_SHIFT & frameMask;
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
        return addressBits;
    }

    @Override
    public List<PageSize> pageSizes() {
        return SIZES;
    }

    /** Every entry of the driver is non-secure; one that is not is none for its masters. */
    @Override
    public long kindMask(int level) {
        return level == 0 ? NEXT : NONSECURE;
    }

    @Override
    public Kind kind(int level, long entry) {
        if ((entry & kindMask(level)) == 0) {
            return Kind.EMPTY;
        }
        return level == 0 ? Kind.TABLE : Kind.LEAF;
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        long read = (prot & Prot.READ) != 0 ? READABLE : 0;
        long write = (prot & Prot.WRITE) != 0 ? WRITABLE : 0;
        return output >>> PAGE_SHIFT & frameMask | read | write | NONSECURE;
    }

    @Override
    public long table(int level, long address) {
        return directoryPointer(address) | NEXT;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return PAGE;
    }

    @Override
    public long output(int level, long entry) {
        return (entry & frameMask) << PAGE_SHIFT;
    }

    /** Of a directory entry or pointer as well: an access needs its bit on the whole way. */
    @Override
    public int prot(int level, long entry) {
        return ((entry & READABLE) != 0 ? Prot.READ : 0) | ((entry & WRITABLE) != 0 ? Prot.WRITE : 0);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return (entry & frameMask) << PAGE_SHIFT;
    }
}
