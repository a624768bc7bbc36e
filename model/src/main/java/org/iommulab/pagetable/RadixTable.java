package org.iommulab.pagetable;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableRules.Emptied;
import org.iommulab.pagetable.TableRules.Hole;
import org.iommulab.pagetable.TableRules.OverLeaf;
import org.iommulab.pagetable.TableRules.OverTable;
import org.iommulab.pagetable.TableRules.Partial;
import org.jspecify.annotations.Nullable;

/**
 * Map, unmap, walk and free for every radix format: the format says what entries look like, the rules what happens in
 * the cases that it leaves open. All that it knows is in simulated memory, as the driver's tables are.
 *
 * <p>The public operations first try a short path through the {@link LeafTableCache}; the methods named
 * {@code ...Walking} are the readable truth. Pages that follow each other in one table are handled as a run: one walk,
 * one test, one loop of stores. Inside, a table is the {@code int} offset of its first entry in memory.
 */
public final class RadixTable extends TableTree {
    private static final int EINVAL = 22;

    private final TableRules rules;
    // Of the rules, close at hand for the short paths.
    private final long clearedKeeps;
    private final boolean shortRemoval;
    private final @Nullable LeafWords words;

    /**
     * Allocates the root and fills it with the empty entry.
     *
     * @throws IllegalArgumentException when the format is big endian: its only driver keeps its tables in another way
     */
    public RadixTable(
            PhysicalMemory memory,
            FrameAllocator frames,
            TableFormat format,
            TableRules rules,
            TableListener listener) {
        if (format.bigEndian()) {
            throw new IllegalArgumentException("big-endian entries");
        }
        super(memory, frames, format, rules, listener);
        this.rules = rules;
        this.clearedKeeps = rules.clearedKeeps();
        this.shortRemoval = rules.emptied() == Emptied.KEEP && last > 0;
        this.words = leafTables instanceof LeafWords leaves ? leaves : null;
    }

    // ---- translate

    @Override
    public long translate(long iova) {
        if (words != null) {
            long output = words.translate((int) iova);
            return output == NOT_MAPPED ? translateWalking(iova) : output;
        }
        int table = leafTables.find(iova);
        if (table >= 0) {
            long entry = load(entryIn(table, iova));
            if ((entry & leafMask) == leafValue) {
                return leafOutput(entry, iova);
            }
        }
        return translateWalking(iova);
    }

    private long translateWalking(long iova) {
        int table = root;
        for (int l = 0; l <= last; l++) {
            long entry = load(at(l, table, iova));
            int kind = kind(l, entry);
            if (kind == Level.EMPTY) {
                return NOT_MAPPED;
            }
            if (kind != Level.TABLE) {
                Level level = levels[l];
                return level.output(entry) | iova & level.leafBytes(entry) - 1;
            }
            table = next(l, entry);
            remember(l + 1, iova, table);
        }
        return NOT_MAPPED;
    }

    // ---- map

    @Override
    public long map(long iova, long pa, long pageBytes, long count, int prot) {
        if (count == 1 && pageBytes == leafBytes && mapSmallest(iova, pa, prot)) {
            return pageBytes;
        }
        return mapWalking(iova, pa, pageBytes, count, prot);
    }

    /**
     * Maps one page of the smallest size, if that takes no walk: its table is known, its entry 0.
     *
     * @return whether it is mapped now; when not, {@link #map} may still succeed
     */
    public boolean mapSmallest(long iova, long pa, int prot) {
        if (words != null) {
            return words.map((int) iova, pa, prot);
        }
        int table = leafTables.find(iova);
        if (table < 0) {
            return false;
        }
        int at = entryIn(table, iova);
        if (load(at) != 0) {
            return false;
        }
        put(last, at, leaf(pa, prot));
        return true;
    }

    /**
     * Maps leaves of one level into consecutive entries of one table, if the table is there and all these entries are 0.
     *
     * @return whether they are mapped now; when not, nothing has changed
     */
    public boolean mapRun(int level, long iova, long pa, int count, int prot) {
        int at = findEntry(level, iova);
        if (at < 0 || !isFree(level, at, count)) {
            return false;
        }
        putLeaves(level, at, count, pa, prot);
        return true;
    }

    private void putLeaves(int level, int at, int count, long pa, int prot) {
        Level l = levels[level];
        if (l.isEven(pa, count)) {
            putRun(level, at, count, l.leaf(pa, prot), l.leafStep());
        } else {
            for (int i = 0; i < count; i++) {
                put(level, at + (i << entryShift), l.leaf(pa + i * l.span(), prot));
            }
        }
    }

    private long mapWalking(long iova, long pa, long pageBytes, long count, int prot) {
        PageSize size = sizeOf(pageBytes);
        if (size == null) {
            return EINVAL;
        }
        int level = size.level();
        long done = 0;
        long left = count;
        while (left > 0 && (done == 0 || !rules.stopsAtTableEnd() || levels[level].index(iova + done) != 0)) {
            int table = descend(level, iova + done, 0);
            if (table == NO_TABLE) {
                return done | rules.occupied();
            }
            int run = (int) Math.min(left, entriesLeft(size, iova + done));
            long mapped = mapInto(size, table, iova + done, pa + done, run, prot);
            done += mapped;
            if (mapped < run * pageBytes) {
                return done | rules.occupied();
            }
            left -= run;
        }
        return done;
    }

    /** Pages of a size up to the end of the table. */
    private int entriesLeft(PageSize size, long iova) {
        Level level = levels[size.level()];
        return Math.max(1, (level.entries() - level.index(iova)) / size.copies());
    }

    /** Maps pages into one table, up to the first that meets another; the bytes. */
    private long mapInto(PageSize size, int table, long iova, long pa, int count, int prot) {
        int first = at(size.level(), table, iova);
        if (count > 1 && size.copies() == 1 && isFree(size.level(), first, count)) {
            putLeaves(size.level(), first, count, pa, prot);
            return count * size.bytes();
        }
        for (int i = 0; i < count; i++) {
            long done = i * size.bytes();
            if (!mapPage(size, table, iova + done, pa + done, prot)) {
                return done;
            }
        }
        return count * size.bytes();
    }

    private boolean isFree(int level, int at, int count) {
        return emptyEntry(level) == 0 && memory.isZero(at, count << entryShift);
    }

    private @Nullable PageSize sizeOf(long pageBytes) {
        for (PageSize size : format.pageSizes()) {
            if (size.bytes() == pageBytes) {
                return size;
            }
        }
        return null;
    }

    /**
     * Makes the tables that lead to this level for an address, where they are missing.
     *
     * @param mark bits that a second write sets in the entry of a new table; usually none
     * @return whether they are all there; not when a page is in the way
     */
    public boolean makeTables(int level, long iova, long mark) {
        return descend(level, iova, mark) != NO_TABLE;
    }

    /** The table of a level for an address, made where it is missing; none when a page is in the way. */
    private int descend(int level, long iova, long mark) {
        int table = root;
        for (int l = 0; l < level; l++) {
            int at = at(l, table, iova);
            long entry = load(at);
            int kind = kind(l, entry);
            if (kind == Level.TABLE) {
                table = next(l, entry);
            } else if (kind == Level.EMPTY || rules.overLeaf() == OverLeaf.OVERWRITE) {
                if (kind == Level.REPLICATED) {
                    clearLeaf(l, at, entry);
                }
                table = install(l, at);
                if (mark != 0) {
                    put(l, at, load(at) | mark);
                }
            } else {
                return NO_TABLE;
            }
        }
        remember(level, iova, table);
        return table;
    }

    /** Whether there was room. */
    private boolean mapPage(PageSize size, int table, long iova, long pa, int prot) {
        int level = size.level();
        int first = at(level, table, iova);
        int end = first + (size.copies() << levels[level].entryShift);
        for (int at = first; at < end; at += format.entryBytes()) {
            if (!makeRoom(level, at)) {
                return false;
            }
        }
        long entry = size.copies() == 1 ? levels[level].leaf(pa, prot) : format.leaf(level, size.bytes(), pa, prot);
        for (int at = first; at < end; at += format.entryBytes()) {
            put(level, at, entry);
        }
        return true;
    }

    private boolean makeRoom(int level, int at) {
        long entry = load(at);
        int kind = kind(level, entry);
        if (kind == Level.EMPTY) {
            return true;
        }
        if (kind != Level.TABLE) {
            return rules.overLeaf() != OverLeaf.REFUSE;
        }
        if (rules.overTable() == OverTable.LOSE) {
            forget();
            return true;
        }
        int table = next(level, entry);
        if (rules.overTable() == OverTable.REFUSE
                || rules.overTable() == OverTable.REFUSE_UNLESS_EMPTY && !isEmpty(level + 1, table)) {
            return false;
        }
        freeBelow(level, entry);
        return true;
    }

    // ---- unmap

    @Override
    public long unmap(long iova, long pageBytes, long count) {
        if (count == 1 && pageBytes == leafBytes && shortRemoval && removeSmallest(iova)) {
            return pageBytes;
        }
        return unmapWalking(iova, pageBytes, pageBytes * count);
    }

    private long unmapWalking(long iova, long pageBytes, long total) {
        long done = 0;
        while (done < total) {
            if (done > 0 && rules.stopsAtTableEnd() && (iova + done & tableSpan(pageBytes) - 1) == 0) {
                break;
            }
            long removed = removeSome(iova + done, total - done);
            if (removed == 0 && rules.hole() == Hole.SKIP) {
                removed = pageBytes;
            }
            if (removed <= 0) {
                break;
            }
            done += removed;
        }
        return done;
    }

    /** Removes the leaf at an address, or a whole run of the smallest ones when that takes no walk; see {@link #removeLeaf}. */
    private long removeSome(long iova, long most) {
        int run = (int) Math.min(most >>> leafShift, leafIndexMask + 1 - ((int) (iova >>> leafShift) & leafIndexMask));
        int at = run > 1 && last > 0 ? cachedEntry(iova) : LeafTableCache.UNKNOWN;
        if (at >= 0) {
            // The last one is left to the walk that frees a table without entries.
            int leaves = leaves(last, at, run) - (shortRemoval ? 0 : 1);
            if (leaves > 0) {
                clearRun(last, at, leaves);
                return (long) leaves << leafShift;
            }
        }
        return removeLeaf(iova, rules.partial() == Partial.WHOLE ? Long.MAX_VALUE : most);
    }

    private long tableSpan(long pageBytes) {
        PageSize size = sizeOf(pageBytes);
        Level level = levels[size == null ? last : size.level()];
        return level.span() * level.entries();
    }

    /**
     * Removes the one leaf that maps an address, whatever its size.
     *
     * @param atMost bytes; a bigger leaf stays
     * @return its bytes; 0 when nothing is mapped there; negative, minus its bytes, when it is too big
     */
    public long removeLeaf(long iova, long atMost) {
        if (shortRemoval && leafBytes <= atMost && removeSmallest(iova)) {
            return leafBytes;
        }
        return removeWalking(0, root, iova, atMost);
    }

    /**
     * Removes an ordinary leaf of the smallest size, if that takes no walk. Its table stays, whatever the rules say.
     *
     * @return whether it is gone; when not, it may still be there
     */
    public boolean removeSmallest(long iova) {
        if (words != null) {
            return words.remove((int) iova);
        }
        int table = leafTables.find(iova);
        if (table < 0) {
            return false;
        }
        int at = entryIn(table, iova);
        long entry = load(at);
        if ((entry & leafMask) != leafValue) {
            return false;
        }
        put(last, at, entry & clearedKeeps);
        return true;
    }

    /**
     * Removes ordinary leaves of one level from consecutive entries of one table, up to the first entry that is none.
     * The table stays, whatever the rules say.
     *
     * @return how many
     */
    public int removeRun(int level, long iova, int count) {
        int at = findEntry(level, iova);
        if (at < 0) {
            return 0;
        }
        int leaves = leaves(level, at, count);
        clearRun(level, at, leaves);
        return leaves;
    }

    /** Clears so many ordinary leaves in a row. */
    private void clearRun(int level, int at, int leaves) {
        if (level == 0 || clearedKeeps == 0) {
            putRun(level, at, leaves, emptyEntry(level), 0);
        } else {
            for (int a = at; a < at + (leaves << entryShift); a += format.entryBytes()) {
                put(level, a, load(a) & clearedKeeps);
            }
        }
    }

    private long removeWalking(int level, int table, long iova, long atMost) {
        int at = at(level, table, iova);
        long entry = load(at);
        int kind = kind(level, entry);
        if (kind == Level.EMPTY) {
            return 0;
        }
        if (kind != Level.TABLE) {
            long bytes = levels[level].leafBytes(entry);
            if (bytes > atMost) {
                return -bytes;
            }
            clearLeaf(level, at, entry);
            return bytes;
        }
        int below = next(level, entry);
        remember(level + 1, iova, below);
        long removed = removeWalking(level + 1, below, iova, atMost);
        if (removed > 0 && rules.emptied() == Emptied.FREE && isEmpty(level + 1, below)) {
            put(level, at, emptyEntry(level));
            freeBelow(level, entry);
        }
        return removed;
    }

    /** Clears all entries of a leaf, the copies of a replicated one too. */
    private void clearLeaf(int level, int at, long entry) {
        Level l = levels[level];
        int bytes = (int) (l.leafBytes(entry) >>> l.shift) << l.entryShift;
        // Tables start at a multiple of their size, so a group of copies does at a multiple of its own.
        int first = (int) ((memory.base() + at & -bytes) - memory.base());
        if (level < last && bytes > format.entryBytes()) {
            // Where mappings may overwrite others, a copy may have become a table.
            forget();
        }
        for (int a = first; a < first + bytes; a += format.entryBytes()) {
            put(level, a, cleared(level, load(a)));
        }
    }

    private long cleared(int level, long entry) {
        return level == 0 ? rules.rootDefault() : entry & rules.clearedKeeps();
    }
}
