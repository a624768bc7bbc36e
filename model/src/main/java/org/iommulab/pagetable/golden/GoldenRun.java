package org.iommulab.pagetable.golden;

import java.util.List;
import java.util.Map;

/** One case being run: a domain, and what it did so far. */
public interface GoldenRun {
    /**
     * What a map did.
     *
     * @param ret 0 or a negative errno
     * @param mapped bytes that this call mapped
     */
    record Mapped(int ret, long mapped) {}

    /**
     * One line of the log of invalidations.
     *
     * @param op the operation's number, -1 for the creation
     * @param arguments in the order of the log
     */
    record Invalidation(int op, String callback, List<Long> arguments) {
        public Invalidation {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * A table that a root leads to.
     *
     * @param level the format's own numbering
     * @param root the number of the top table that it is, -1 for none
     * @param defaultEntry the entry where nothing is
     * @param links index to base of the next table
     * @param linkMask the bits of an entry that hold the next table's address
     */
    record Table(
            long base,
            int level,
            int entryBytes,
            int root,
            long defaultEntry,
            List<Long> entries,
            Map<Integer, Long> links,
            long linkMask) {}

    /** The operation with this number, from 0, begins. */
    void begin(int operation);

    Mapped map(long iova, long pa, long pageBytes, int count, int prot);

    long unmap(long iova, long pageBytes, int count);

    /** 0 when nothing is mapped. */
    long iovaToPhys(long iova);

    /** How often the code warned in the current operation. */
    int warnings();

    /** All top tables, the first one first. */
    List<Long> bases();

    /** Register values that the code derives, by name. */
    Map<String, Long> registers();

    /** Every table that can be reached, the root first, as they are now. */
    List<Table> tables();

    /** The log of invalidations; asked for when all operations are done. */
    List<Invalidation> invalidations();

    /** Whether the format's cases have a log. */
    boolean hasInvalidations();
}
