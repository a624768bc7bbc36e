package org.iommulab.pagetable;

import java.util.Arrays;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableRules.Emptied;
import org.iommulab.pagetable.TableRules.Hole;
import org.iommulab.pagetable.TableRules.OverLeaf;
import org.iommulab.pagetable.TableRules.OverTable;
import org.iommulab.pagetable.TableRules.Partial;
import org.iommulab.sim.Recomputable;
import org.jspecify.annotations.Nullable;

/**
 * Map, unmap, walk and free for every radix format: the format says what entries look like, the rules what happens in
 * the cases that it leaves open. All that it knows is in simulated memory, as the driver's tables are.
 *
 * <p>The public operations first try a short path through the {@link LeafTableCache}; the methods named
 * {@code ...Walking} are the readable truth. Inside, a table is the {@code int} offset of its first entry in memory.
 */
public final class RadixTable implements Translation {
    private static final int NO_TABLE = -1;
    private static final int EINVAL = 22;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final TableFormat format;
    private final TableRules rules;
    private final TableListener listener;
    private final boolean heard;
    private final Level[] levels;
    private final Level lastLevel;
    private final int last;
    private final boolean wide;
    private final int root;
    private final LeafTableCache leafTables;
    // Of the last level and the rules, close at hand for the short paths.
    private final int leafShift;
    private final int leafIndexMask;
    private final int entryShift;
    private final long leafMask;
    private final long leafValue;
    private final long clearedKeeps;
    private final boolean shortRemoval;

    @Recomputable
    private int generation;

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
        this.memory = memory;
        this.frames = frames;
        this.format = format;
        this.rules = rules;
        this.listener = listener;
        this.heard = listener != TableListener.NONE;
        this.levels = Level.of(format);
        this.last = levels.length - 1;
        this.lastLevel = levels[last];
        this.wide = format.entryBytes() == 8;
        this.leafTables = new LeafTableCache(lastLevel.shift + Integer.bitCount(lastLevel.indexMask));
        this.leafShift = lastLevel.shift;
        this.leafIndexMask = lastLevel.indexMask;
        this.entryShift = lastLevel.entryShift;
        this.leafMask = lastLevel.leafMask;
        this.leafValue = lastLevel.leafValue;
        this.clearedKeeps = rules.clearedKeeps();
        this.shortRemoval = rules.emptied() == Emptied.KEEP && last > 0;
        this.generation = memory.generation();
        this.root = allocate(0);
    }

    // ---- entries

    private long load(int at) {
        return wide ? memory.load64(at) : memory.load32(at) & 0xffff_ffffL;
    }

    private void put(int level, int at, long value) {
        store(at, value);
        if (heard) {
            listener.entryWritten(level, memory.base() + at, value);
        }
    }

    private void store(int at, long value) {
        if (wide) {
            memory.store64(at, value);
        } else {
            memory.store32(at, (int) value);
        }
    }

    private int at(int level, int table, long iova) {
        Level l = levels[level];
        return table + (l.index(iova) << l.entryShift);
    }

    private long emptyEntry(int level) {
        return level == 0 ? rules.rootDefault() : 0;
    }

    /** The kind of an entry as the driver sees it: its own default is empty, and so is a pointer out of RAM. */
    private int kind(int level, long entry) {
        if (entry == emptyEntry(level)) {
            return Level.EMPTY;
        }
        int kind = levels[level].kindNumber(entry);
        return kind == Level.TABLE && next(level, entry) == NO_TABLE ? Level.EMPTY : kind;
    }

    /** The table that an entry points at. */
    private int next(int level, long entry) {
        long address = levels[level].tableAddress(entry);
        int bytes = levels[level + 1].tableBytes();
        return memory.contains(address, bytes) ? memory.offset(address, bytes) : NO_TABLE;
    }

    // ---- tables

    private int allocate(int level) {
        int bytes = levels[level].tableBytes();
        long address = frames.allocate(bytes, format.alignment(level));
        int table = memory.offset(address, bytes);
        if (emptyEntry(level) == 0) {
            memory.clear(address, bytes);
        } else if (wide) {
            for (int at = table; at < table + bytes; at += 8) {
                store(at, emptyEntry(level));
            }
        } else {
            memory.fill32(address, bytes, (int) emptyEntry(level));
        }
        if (heard) {
            listener.tableAllocated(level, address, bytes);
        }
        return table;
    }

    private long release(int level, int table) {
        int bytes = levels[level].tableBytes();
        frames.free(bytes);
        leafTables.forget();
        if (heard) {
            listener.tableFreed(level, memory.base() + table, bytes);
        }
        return bytes;
    }

    /** Puts a new table behind an entry. */
    private int install(int level, int at) {
        int table = allocate(level + 1);
        put(level, at, levels[level].table(memory.base() + table));
        return table;
    }

    /** Puts a new table with this content in the place of whatever the entry of this level for an address is. */
    public void replaceByTable(int level, long iova, long[] content) {
        int at = findEntry(level, iova);
        int table = allocate(level + 1);
        for (int i = 0; i < content.length; i++) {
            if (content[i] != 0) {
                put(level + 1, table + (i << levels[level + 1].entryShift), content[i]);
            }
        }
        put(level, at, levels[level].table(memory.base() + table));
    }

    /** Frees the table that an entry of this level, which is in no table any more, points at, with all below. */
    public void freeTable(int level, long entry) {
        freeBelow(level, entry);
    }

    /**
     * Puts a new table behind the entry of this level for an address; the levels above must have theirs.
     *
     * @throws IllegalStateException when they have not, or when the entry is in use
     */
    public void installTable(int level, long iova) {
        int table = findTable(level, iova);
        int at = table == NO_TABLE ? NO_TABLE : at(level, table, iova);
        if (at == NO_TABLE || kind(level, load(at)) != Level.EMPTY) {
            throw new IllegalStateException("no place for a table at 0x" + Long.toHexString(iova));
        }
        install(level, at);
    }

    /** The table of this level that an address leads to, without making any. */
    private int findTable(int level, long iova) {
        int table = root;
        for (int l = 0; l < level; l++) {
            long entry = load(at(l, table, iova));
            if (kind(l, entry) != Level.TABLE) {
                return NO_TABLE;
            }
            table = next(l, entry);
        }
        return table;
    }

    /** Offset of the leaf table's entry for an address, when the cache knows the table; negative otherwise. */
    private int cachedEntry(long iova) {
        if (generation != memory.generation()) {
            forget();
        }
        int table = leafTables.find(iova);
        return table < 0 ? table : table + (((int) (iova >>> leafShift) & leafIndexMask) << entryShift);
    }

    /** Offset of an existing entry of this level; negative when the walk does not get there. */
    private int findEntry(int level, long iova) {
        int at = level == last ? cachedEntry(iova) : LeafTableCache.UNKNOWN;
        if (at >= 0) {
            return at;
        }
        int table = findTable(level, iova);
        if (table == NO_TABLE) {
            return NO_TABLE;
        }
        remember(level, iova, table);
        return at(level, table, iova);
    }

    private void remember(int level, long iova, int table) {
        if (level == last) {
            leafTables.remember(iova, table);
        }
    }

    private void forget() {
        leafTables.forget();
        generation = memory.generation();
    }

    /** Whether the walk for this address gets as far as a table of the last level. */
    public boolean hasLeafTable(long iova) {
        return cachedEntry(iova) >= 0 || findTable(last, iova) != NO_TABLE;
    }

    /** The entry of this level for an address; empty, that is 0, when the walk does not get there. */
    public long entry(int level, long iova) {
        int table = findTable(level, iova);
        return table == NO_TABLE ? 0 : load(at(level, table, iova));
    }

    /** What that entry is, as the driver sees it. */
    public Kind kindOf(int level, long iova) {
        return Kind.values()[kind(level, entry(level, iova))];
    }

    /** Writes the entry of this level for an address, for what only one driver does; the table must exist. */
    public void writeEntry(int level, long iova, long value) {
        int table = findTable(level, iova);
        if (table == NO_TABLE) {
            throw new IllegalStateException("no table at 0x" + Long.toHexString(iova));
        }
        leafTables.forget();
        put(level, at(level, table, iova), value);
    }

    // ---- translate

    @Override
    public long translate(long iova) {
        int at = cachedEntry(iova);
        if (at >= 0) {
            long entry = load(at);
            if ((entry & leafMask) == leafValue) {
                return lastLevel.plainOutput(entry) | iova & (1L << leafShift) - 1;
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
        if (count == 1 && pageBytes == 1L << leafShift && mapSmallest(iova, pa, prot)) {
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
        int at = cachedEntry(iova);
        if (at < 0 || load(at) != 0) {
            return false;
        }
        put(last, at, lastLevel.leaf(pa, prot));
        return true;
    }

    /**
     * Maps leaves of one level into consecutive entries of one table, if the table is there and all these entries are 0.
     *
     * @return whether they are mapped now; when not, nothing has changed
     */
    public boolean mapRun(int level, long iova, long pa, int count, int prot) {
        int at = findEntry(level, iova);
        Level l = levels[level];
        if (at < 0 || !memory.isZero(at, count << l.entryShift)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            put(level, at + (i << l.entryShift), l.leaf(pa + i * l.span(), prot));
        }
        return true;
    }

    private long mapWalking(long iova, long pa, long pageBytes, long count, int prot) {
        PageSize size = sizeOf(pageBytes);
        if (size == null) {
            return EINVAL;
        }
        int level = size.level();
        long done = 0;
        for (long i = 0; i < count; i++) {
            if (i > 0 && rules.stopsAtTableEnd() && levels[level].index(iova + done) == 0) {
                break;
            }
            int table = descend(level, iova + done);
            if (table == NO_TABLE || !mapPage(size, table, iova + done, pa + done, prot)) {
                return done | rules.occupied();
            }
            done += pageBytes;
        }
        return done;
    }

    private @Nullable PageSize sizeOf(long pageBytes) {
        for (PageSize size : format.pageSizes()) {
            if (size.bytes() == pageBytes) {
                return size;
            }
        }
        return null;
    }

    /** The table of a level for an address, made where it is missing; none when a page is in the way. */
    private int descend(int level, long iova) {
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
            return rules.overLeaf() == OverLeaf.OVERWRITE;
        }
        int table = next(level, entry);
        if (rules.overTable() == OverTable.REFUSE
                || rules.overTable() == OverTable.REFUSE_UNLESS_EMPTY && !isEmpty(level + 1, table)) {
            return false;
        }
        freeBelow(level, entry);
        return true;
    }

    /** Whether nothing is mapped by a table or by those below it. */
    private boolean isEmpty(int level, int table) {
        int end = table + levels[level].tableBytes();
        for (int at = table; at < end; at += format.entryBytes()) {
            long entry = load(at);
            int kind = kind(level, entry);
            if (kind != Level.EMPTY && (kind != Level.TABLE || !isEmpty(level + 1, next(level, entry)))) {
                return false;
            }
        }
        return true;
    }

    // ---- unmap

    @Override
    public long unmap(long iova, long pageBytes, long count) {
        long total = pageBytes * count;
        long done = 0;
        while (done < total) {
            if (done > 0 && rules.stopsAtTableEnd() && (iova + done & tableSpan(pageBytes) - 1) == 0) {
                break;
            }
            long removed = removeLeaf(iova + done, rules.partial() == Partial.WHOLE ? Long.MAX_VALUE : total - done);
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
        if (shortRemoval && 1L << leafShift <= atMost && removeSmallest(iova)) {
            return 1L << leafShift;
        }
        return removeWalking(0, root, iova, atMost);
    }

    /**
     * Removes an ordinary leaf of the smallest size, if that takes no walk. Its table stays, whatever the rules say.
     *
     * @return whether it is gone; when not, it may still be there
     */
    public boolean removeSmallest(long iova) {
        int at = cachedEntry(iova);
        if (at < 0) {
            return false;
        }
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
        int first = findEntry(level, iova);
        Level l = levels[level];
        int i = 0;
        while (first >= 0 && i < count) {
            int at = first + (i << l.entryShift);
            if ((load(at) & l.leafMask) != l.leafValue) {
                break;
            }
            put(level, at, cleared(level, load(at)));
            i++;
        }
        return i;
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
        for (int a = first; a < first + bytes; a += format.entryBytes()) {
            put(level, a, cleared(level, load(a)));
        }
    }

    private long cleared(int level, long entry) {
        return level == 0 ? rules.rootDefault() : entry & rules.clearedKeeps();
    }

    // ---- the whole

    @Override
    public long base() {
        return memory.base() + root;
    }

    public TableFormat format() {
        return format;
    }

    @Override
    public long free() {
        long bytes = 0;
        for (int at = root; at < root + levels[0].tableBytes(); at += format.entryBytes()) {
            bytes += freeBelow(0, load(at));
        }
        return bytes + release(0, root);
    }

    private long freeBelow(int level, long entry) {
        if (level == last || kind(level, entry) != Level.TABLE) {
            return 0;
        }
        int table = next(level, entry);
        long bytes = 0;
        if (level + 1 < last) {
            for (int at = table; at < table + levels[level + 1].tableBytes(); at += format.entryBytes()) {
                bytes += freeBelow(level + 1, load(at));
            }
        }
        return bytes + release(level + 1, table);
    }

    /** Shows every table that the root leads to; what only stands for empty is not a table. */
    public void visitTables(TableVisitor visitor) {
        visit(0, root, visitor);
    }

    private void visit(int level, int table, TableVisitor visitor) {
        visitor.table(level, memory.base() + table);
        for (int at = table; level < last && at < table + levels[level].tableBytes(); at += format.entryBytes()) {
            long entry = load(at);
            if (kind(level, entry) == Level.TABLE) {
                visit(level + 1, next(level, entry), visitor);
            }
        }
    }

    /** The raw entries of a table that a {@link TableVisitor} was shown. */
    public long[] entries(int level, long address) {
        var entries = new long[levels[level].entries()];
        int table = memory.offset(address, levels[level].tableBytes());
        Arrays.setAll(entries, i -> load(table + (i << levels[level].entryShift)));
        return entries;
    }

    /** The entry that stands for nothing at this level. */
    public long defaultEntry(int level) {
        return emptyEntry(level);
    }

    /** Bytes of input addresses that are mapped, counted in memory. */
    public long mappedBytes() {
        long[] bytes = {0};
        visitTables((level, address) -> {
            for (long entry : entries(level, address)) {
                int kind = kind(level, entry);
                // A replicated leaf is counted once for each of its entries.
                bytes[0] += kind == Level.LEAF || kind == Level.REPLICATED ? levels[level].span() : 0;
            }
        });
        return bytes[0];
    }
}
