package org.iommulab.pagetable;

import java.util.Arrays;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFormat.Kind;

/**
 * The tables of a {@link RadixTable} as they are in memory: entries, runs of them, tables and where they hang. What is
 * mapped and unmapped by which rules is the subclass's.
 */
abstract sealed class TableTree implements Translation permits RadixTable {
    static final int NO_TABLE = -1;

    private static final Kind[] KINDS = Kind.values();

    final PhysicalMemory memory;
    final TableFormat format;
    final Level[] levels;
    final Level lastLevel;
    final int last;
    final int root;
    final int entryShift;
    // Of the last level, close at hand for the short paths: what is read once for each page must be few fields.
    final int leafShift;
    final int leafIndexMask;
    final long leafBytes;
    final long leafMask;
    final long leafValue;
    private final int leafOffsetShift;
    private final int leafOffsetMask;
    private final long[] leafAttributes;
    /** Whether an entry's address bits are where they are in the address, as in most formats. */
    private final boolean leafIsPlain;

    private final boolean leafIsScattered;
    private final long leafOutputMask;
    private final int leafOutputDistance;
    private final FrameAllocator frames;
    private final TableListener listener;
    private final boolean heard;
    private final boolean wide;
    private final long rootDefault;
    final LeafTableCache leafTables;

    TableTree(
            PhysicalMemory memory,
            FrameAllocator frames,
            TableFormat format,
            TableRules rules,
            TableListener listener) {
        this.memory = memory;
        this.frames = frames;
        this.format = format;
        this.rootDefault = rules.rootDefault();
        this.listener = listener;
        this.heard = listener != TableListener.NONE;
        this.levels = Level.of(format);
        this.last = levels.length - 1;
        this.lastLevel = levels[last];
        this.wide = format.entryBytes() == 8;
        this.leafTables = leafTables(rules.clearedKeeps());
        this.leafShift = lastLevel.shift;
        this.leafIndexMask = lastLevel.indexMask;
        this.entryShift = lastLevel.entryShift;
        this.leafMask = lastLevel.leafMask;
        this.leafValue = lastLevel.leafValue;
        this.leafBytes = lastLevel.span();
        this.leafOffsetShift = leafShift - entryShift;
        this.leafOffsetMask = leafIndexMask << entryShift;
        this.leafAttributes = lastLevel.attributes();
        this.leafIsPlain = lastLevel.outputs().isOneRun() && lastLevel.outputs().distance() == 0;
        this.leafIsScattered = !lastLevel.outputs().isOneRun();
        this.leafOutputMask = lastLevel.outputs().mask();
        this.leafOutputDistance = lastLevel.outputs().distance();
        this.root = allocate(0);
    }

    private LeafTableCache leafTables(long clearedKeeps) {
        int keyShift = lastLevel.shift + Integer.bitCount(lastLevel.indexMask);
        int inputBits = levels[0].shift + Integer.bitCount(levels[0].indexMask);
        int keyBits = inputBits - keyShift;
        return LeafWords.are(lastLevel, inputBits) && keyBits <= LeafTablePlaces.MOST_BITS
                ? new LeafWords(memory, last, lastLevel, keyBits, clearedKeeps, listener)
                : LeafTableCache.of(memory, keyShift, keyBits);
    }

    // ---- entries

    long load(int at) {
        return wide ? memory.load64(at) : memory.load32(at) & 0xffff_ffffL;
    }

    void put(int level, int at, long value) {
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

    /** Puts {@code first}, {@code first + step}, ... into entries of one table. */
    void putRun(int level, int at, int count, long first, long step) {
        if (heard) {
            for (int i = 0; i < count; i++) {
                put(level, at + (i << entryShift), first + i * step);
            }
        } else if (wide) {
            memory.storeRun64(at, count, first, step);
        } else {
            memory.storeRun32(at, count, (int) first, (int) step);
        }
    }

    int at(int level, int table, long iova) {
        Level l = levels[level];
        return table + (l.index(iova) << l.entryShift);
    }

    long emptyEntry(int level) {
        return level == 0 ? rootDefault : 0;
    }

    /** The kind of an entry as the driver sees it: its own default is empty, and so is a pointer out of RAM. */
    int kind(int level, long entry) {
        if (entry == emptyEntry(level)) {
            return Level.EMPTY;
        }
        int kind = levels[level].kindNumber(entry);
        return kind == Level.TABLE && next(level, entry) == NO_TABLE ? Level.EMPTY : kind;
    }

    /** The table that an entry points at. */
    int next(int level, long entry) {
        long address = levels[level].tableAddress(entry);
        int bytes = levels[level + 1].tableBytes();
        return memory.contains(address, bytes) ? memory.offset(address, bytes) : NO_TABLE;
    }

    /** How many ordinary leaves there are in a row. */
    int leaves(int level, int at, int most) {
        long mask = levels[level].leafMask;
        long value = levels[level].leafValue;
        if (wide ? memory.allMatch64(at, most, mask, value) : memory.allMatch32(at, most, (int) mask, (int) value)) {
            return most;
        }
        int count = 0;
        while ((load(at + (count << entryShift)) & mask) == value) {
            count++;
        }
        return count;
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
    int install(int level, int at) {
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

    /** Whether nothing is mapped by a table or by those below it. */
    boolean isEmpty(int level, int table) {
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

    long freeBelow(int level, long entry) {
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

    /** Offset of an address's entry in its leaf table. */
    int entryIn(int leafTable, long iova) {
        return leafTable + ((int) (iova >>> leafOffsetShift) & leafOffsetMask);
    }

    /** Offset of the leaf table's entry for an address, when the cache knows the table; negative otherwise. */
    int cachedEntry(long iova) {
        int table = leafTables.find(iova);
        return table < 0 ? table : entryIn(table, iova);
    }

    /** As {@link Level#leaf} of the last level. */
    long leaf(long output, int prot) {
        if (leafIsScattered) {
            return lastLevel.leaf(output, prot);
        }
        long moved = leafIsPlain ? output : Long.rotateRight(output, leafOutputDistance);
        return leafAttributes[prot & Prot.COMBINATIONS - 1] | moved & leafOutputMask;
    }

    /** The output address for an input address, of an entry that is known to be an ordinary leaf of the last level. */
    long leafOutput(long entry, long iova) {
        long offset = iova & leafBytes - 1;
        if (leafIsPlain) {
            return entry & leafOutputMask | offset;
        }
        return offset
                | (leafIsScattered
                        ? lastLevel.plainOutput(entry)
                        : Long.rotateLeft(entry & leafOutputMask, leafOutputDistance));
    }

    /** Offset of an existing entry of this level; negative when the walk does not get there. */
    int findEntry(int level, long iova) {
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

    void remember(int level, long iova, int table) {
        if (level == last) {
            leafTables.remember(iova, table);
        }
    }

    void forget() {
        leafTables.forget();
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

    /** Where in memory that entry is; negative when the walk does not get there. */
    public long entryAddress(int level, long iova) {
        int at = findEntry(level, iova);
        return at == NO_TABLE ? NO_TABLE : memory.base() + at;
    }

    /** What that entry is, as the driver sees it. */
    public Kind kindOf(int level, long iova) {
        return KINDS[kind(level, entry(level, iova))];
    }

    /** Writes the entry of this level for an address, for what only one driver does; the table must exist. */
    public void writeEntry(int level, long iova, long value) {
        int table = findTable(level, iova);
        if (table == NO_TABLE) {
            throw new IllegalStateException("no table at 0x" + Long.toHexString(iova));
        }
        int at = at(level, table, iova);
        // An entry of the last level leads to no table.
        if (level < last && leadsElsewhere(level, load(at), value)) {
            leafTables.forget();
        }
        put(level, at, value);
    }

    /** Whether what is known of the tables behind an entry is no longer true when it changes. */
    private boolean leadsElsewhere(int level, long old, long value) {
        return kind(level, old) == Level.TABLE
                && (kind(level, value) != Level.TABLE || next(level, old) != next(level, value));
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
