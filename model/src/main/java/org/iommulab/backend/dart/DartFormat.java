package org.iommulab.backend.dart;

import java.util.List;
import java.util.Optional;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;

/**
 * DART's tables (drivers/iommu/io-pgtable-dart.c): two levels of 64-bit entries, each table as big as a page. What is
 * above the two indices of an input address is the number of the top table, of which a stream may have up to four.
 *
 * @param inputBits width of an input address
 * @param outputBits width of an output address: 36 or 42
 * @param pageShift 12 or 14; there is no other size of pages
 */
public record DartFormat(DartVersion version, int inputBits, int outputBits, int pageShift) implements TableFormat {
    static final int MOST_ROOTS = 4;

    private static final long VALID = 1;
    /**
     * Turns protection of parts of a page off in DART1. The driver sets it in DART2 as well, where the same bit says "do
     * not cache": no mapping is ever cached there, whatever was asked for.
     */
    private static final long PARTS_OFF = 1 << 1;

    private static final long WHOLE_PAGE = 0xfffL << 40;
    private static final int ENTRY_SHIFT = 3;

    /** @throws IllegalArgumentException where io-pgtable-dart makes no table, so that the driver gets -ENOMEM */
    public DartFormat {
        if (outputBits != 36 && outputBits != 42 || outputBits > version.outputBits()) {
            throw new IllegalArgumentException("entries of " + version.label() + " hold no " + outputBits + " bits");
        }
        // The kernel takes pages of 4 KiB with DART2 too, and loses two bits of their addresses; no chip has them.
        if (pageShift != 14 && (pageShift != 12 || version == DartVersion.DART2)) {
            throw new IllegalArgumentException("no page of 1 << " + pageShift + " bytes in " + version.label());
        }
        if (inputBits > outputBits || inputBits < 1 || roots(inputBits, pageShift) > MOST_ROOTS) {
            throw new IllegalArgumentException(inputBits + " bits are too many or too few for an input address");
        }
    }

    /** A format; empty where io-pgtable-dart makes no table. */
    static Optional<DartFormat> of(DartVersion version, int inputBits, int outputBits, int pageShift) {
        try {
            return Optional.of(new DartFormat(version, inputBits, outputBits, pageShift));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static int rootShift(int pageShift) {
        return 3 * pageShift - 2 * ENTRY_SHIFT;
    }

    private static int roots(int inputBits, int pageShift) {
        return 1 << Math.max(0, inputBits - rootShift(pageShift));
    }

    /** How many top tables there are: 1, 2 or 4. */
    public int roots() {
        return roots(inputBits, pageShift);
    }

    /** The number of the top table for an address; bits above the input bits are not looked at. */
    public int root(long input) {
        return (int) (input >>> rootShift(pageShift)) & roots() - 1;
    }

    /** How many pages there are from an address to the end of its table. */
    long pagesLeft(long input) {
        long entries = 1L << indexBits(1);
        return entries - (input >>> pageShift & entries - 1);
    }

    public long pageBytes() {
        return 1L << pageShift;
    }

    @Override
    public int levels() {
        return 2;
    }

    @Override
    public int indexShift(int level) {
        return level == 0 ? pageShift + indexBits(1) : pageShift;
    }

    @Override
    public int indexBits(int level) {
        return pageShift - ENTRY_SHIFT;
    }

    @Override
    public int entryBytes() {
        return 1 << ENTRY_SHIFT;
    }

    @Override
    public List<PageSize> pageSizes() {
        return List.of(new PageSize(pageBytes(), 1, 1));
    }

    @Override
    public long kindMask(int level) {
        return VALID;
    }

    @Override
    public Kind kind(int level, long entry) {
        return (entry & VALID) == 0 ? Kind.EMPTY : level == 0 ? Kind.TABLE : Kind.LEAF;
    }

    /** What is not allowed is said (dart_prot_to_pte); the whole page may be used. */
    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return version.place(output)
                | ((prot & Prot.READ) != 0 ? 0 : version.noRead())
                | ((prot & Prot.WRITE) != 0 ? 0 : version.noWrite())
                | WHOLE_PAGE
                | PARTS_OFF
                | VALID;
    }

    @Override
    public long table(int level, long address) {
        return version.place(address) | VALID;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return pageBytes();
    }

    @Override
    public long output(int level, long entry) {
        return version.address(entry) & -pageBytes();
    }

    @Override
    public int prot(int level, long entry) {
        return ((entry & version.noRead()) != 0 ? 0 : Prot.READ) | ((entry & version.noWrite()) != 0 ? 0 : Prot.WRITE);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return version.address(entry) & -pageBytes();
    }
}
