package org.iommulab.pagetable;

/**
 * How a driver treats the cases that a format leaves open.
 *
 * @param occupied errno (positive) for a page where something is mapped already
 * @param overLeaf a page of the same size, or of a bigger one, is where one is to be mapped
 * @param overTable a table is where a bigger page is to be mapped
 * @param emptied what becomes of a table when its last entry goes
 * @param partial a page is to be unmapped that is part of a bigger one
 * @param hole nothing is mapped where a page is to be unmapped
 * @param stopsAtTableEnd whether one call handles no more than the entries of one table
 * @param clearedKeeps the bits of an entry that stay when it is unmapped; usually none
 * @param rootDefault the root's entry where nothing is mapped; usually 0
 */
public record TableRules(
        int occupied,
        OverLeaf overLeaf,
        OverTable overTable,
        Emptied emptied,
        Partial partial,
        Hole hole,
        boolean stopsAtTableEnd,
        long clearedKeeps,
        long rootDefault) {

    /** See {@link TableRules#overLeaf}. */
    public enum OverLeaf {
        REFUSE,
        OVERWRITE,
        /** A page of the same size is overwritten, a bigger one refuses. */
        OVERWRITE_SAME
    }

    /** See {@link TableRules#overTable}. */
    public enum OverTable {
        REFUSE,
        /** A table without any mapping gives way and is freed; any other refuses. */
        REFUSE_UNLESS_EMPTY,
        /** The table is freed with all that it maps. */
        FREE,
        /** The entry is overwritten and nobody remembers the table: it is never freed. */
        LOSE
    }

    /** See {@link TableRules#emptied}. */
    public enum Emptied {
        KEEP,
        FREE
    }

    /** See {@link TableRules#partial}. */
    public enum Partial {
        /** The call ends there. */
        REFUSE,
        /** The whole bigger page goes. */
        WHOLE
    }

    /** See {@link TableRules#hole}. */
    public enum Hole {
        /** The call ends there. */
        STOP,
        /** It counts as unmapped. */
        SKIP
    }

    /** Refuses whatever can be refused, keeps tables, ends at holes. */
    public static TableRules refusing(int occupied) {
        return new TableRules(
                occupied, OverLeaf.REFUSE, OverTable.REFUSE, Emptied.KEEP, Partial.REFUSE, Hole.STOP, false, 0, 0);
    }

    public TableRules with(OverLeaf value) {
        return new TableRules(
                occupied, value, overTable, emptied, partial, hole, stopsAtTableEnd, clearedKeeps, rootDefault);
    }

    public TableRules with(OverTable value) {
        return new TableRules(
                occupied, overLeaf, value, emptied, partial, hole, stopsAtTableEnd, clearedKeeps, rootDefault);
    }

    public TableRules with(Emptied value) {
        return new TableRules(
                occupied, overLeaf, overTable, value, partial, hole, stopsAtTableEnd, clearedKeeps, rootDefault);
    }

    public TableRules with(Partial value) {
        return new TableRules(
                occupied, overLeaf, overTable, emptied, value, hole, stopsAtTableEnd, clearedKeeps, rootDefault);
    }

    public TableRules with(Hole value) {
        return new TableRules(
                occupied, overLeaf, overTable, emptied, partial, value, stopsAtTableEnd, clearedKeeps, rootDefault);
    }

    public TableRules stoppingAtTableEnd() {
        return new TableRules(occupied, overLeaf, overTable, emptied, partial, hole, true, clearedKeeps, rootDefault);
    }

    public TableRules clearedKeeping(long bits) {
        return new TableRules(
                occupied, overLeaf, overTable, emptied, partial, hole, stopsAtTableEnd, bits, rootDefault);
    }

    public TableRules withRootDefault(long entry) {
        return new TableRules(
                occupied, overLeaf, overTable, emptied, partial, hole, stopsAtTableEnd, clearedKeeps, entry);
    }
}
