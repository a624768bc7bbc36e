package org.iommulab.pagetable;

import java.util.List;

/**
 * What a vendor must say about a radix table, in the words of its document. Level 0 is the root. These methods are not
 * on any hot path: {@link Level} asks them once and answers the same from numbers.
 *
 * <p>Entries are 32 or 64 bits wide; a 32-bit entry is passed zero-extended.
 */
public interface TableFormat {
    /** What an entry is. */
    enum Kind {
        EMPTY,
        TABLE,
        LEAF,
        /** A leaf that stands in several consecutive entries. */
        REPLICATED
    }

    int levels();

    /** Number of the lowest input address bit that indexes this level. */
    int indexShift(int level);

    int indexBits(int level);

    /** 4 or 8. */
    int entryBytes();

    /** Whether entries lie in memory with their most significant byte first. */
    default boolean bigEndian() {
        return false;
    }

    /** Width of an output address. */
    int outputBits();

    /** Where tables of this level may start; their own size when the document says nothing. */
    default long alignment(int level) {
        return (long) entryBytes() << indexBits(level);
    }

    /** All sizes, ascending. */
    List<PageSize> pageSizes();

    /** The bits of an entry that decide its kind: at most four, in at most two runs of neighbours. */
    long kindMask(int level);

    Kind kind(int level, long entry);

    /** The entry for a page of this size; bits of {@code output} below the page size are 0. */
    long leaf(int level, long bytes, long output, int prot);

    /** The entry that points at a table of the next level. */
    long table(int level, long address);

    /** Bytes that the leaf maps. */
    long leafBytes(int level, long entry);

    /** Output address of the first byte that the leaf maps. */
    long output(int level, long entry);

    /** What the leaf allows, in {@link Prot} bits (at least READ and WRITE are said). */
    int prot(int level, long entry);

    /** What the entry that points at a table allows of what lies below, in {@link Prot} bits; all when it says nothing. */
    default int tableProt(int level, long entry) {
        return Prot.COMBINATIONS - 1;
    }

    /** Where the table is that the entry points at. */
    long tableAddress(int level, long entry);
}
