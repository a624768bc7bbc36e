package org.iommulab.backend.amd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.LeafTableCache;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;

/**
 * The tables of one domain in simulated memory: 512 entries of 8 bytes each, all levels alike. Here a table is the
 * {@code int} offset of its first entry in memory; the listener is told heights (0 for tables of 4 KiB pages) as levels.
 */
final class AmdTables {
    static final int NO_TABLE = -1;
    static final int TABLE_BYTES = 4096;
    static final int ENTRIES = 512;

    private static final int INDEX_MASK = ENTRIES - 1;
    private static final int LEAF_TABLE_SHIFT = 21;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final TableListener listener;
    private final boolean heard;
    private final LeafTableCache leafTables;

    AmdTables(PhysicalMemory memory, FrameAllocator frames, TableListener listener) {
        this.memory = memory;
        this.frames = frames;
        this.listener = listener;
        this.heard = listener != TableListener.NONE;
        this.leafTables = LeafTableCache.of(memory, LEAF_TABLE_SHIFT);
    }

    /** A table that can be reached. */
    record Table(int level, long base, List<Long> entries) {}

    /** A table that is no longer reached but not yet given back. */
    record Unlinked(int height, int table) {}

    // ---- entries

    long load(int at) {
        return memory.load64(at);
    }

    void put(int height, int at, long value) {
        memory.store64(at, value);
        if (heard) {
            listener.entryWritten(height, memory.base() + at, value);
        }
    }

    /**
     * Fills so many neighbouring entries for 4 KiB pages, each with {@code step} more than the one before.
     *
     * @return whether they were filled: not when one of them is not free, or somebody wants to hear of each
     */
    boolean putRun(int at, int count, long first, long step) {
        if (heard || !memory.isZero(at, count << 3)) {
            return false;
        }
        memory.storeRun64(at, count, first, step);
        return true;
    }

    /** Clears an entry that is not clear yet. */
    void clear(int height, int at) {
        if (load(at) != 0) {
            put(height, at, 0);
        }
    }

    static int at(int height, int table, long iova) {
        return table + (((int) (iova >>> AmdV1Format.shift(height)) & INDEX_MASK) << 3);
    }

    /** The first of the entries that hold the same page as this one. Tables are aligned in physical memory. */
    int firstCopy(int at, int copies) {
        return (int) ((memory.base() + at & -(copies * 8L)) - memory.base());
    }

    long address(int table) {
        return memory.base() + table;
    }

    /** The table at a physical address, {@link #NO_TABLE} where there is no memory. */
    int table(long address) {
        return memory.contains(address, TABLE_BYTES) ? memory.offset(address, TABLE_BYTES) : NO_TABLE;
    }

    // ---- memory

    int allocate(int height) {
        long address = frames.allocate(TABLE_BYTES, TABLE_BYTES);
        memory.clear(address, TABLE_BYTES);
        if (heard) {
            listener.tableAllocated(height, address, TABLE_BYTES);
        }
        return memory.offset(address, TABLE_BYTES);
    }

    /** Gives tables back; the bytes. */
    long release(List<Unlinked> tables) {
        for (Unlinked unlinked : tables) {
            frames.free(TABLE_BYTES);
            if (heard) {
                listener.tableFreed(unlinked.height(), address(unlinked.table()), TABLE_BYTES);
            }
        }
        forget();
        return (long) tables.size() * TABLE_BYTES;
    }

    // ---- tables of 4 KiB pages that are known already

    /** Offset of the entry for a 4 KiB page, negative when its table is not known. */
    int cachedEntry(long iova) {
        int table = leafTables.find(iova);
        return table < 0 ? table : table + (((int) (iova >>> 12) & INDEX_MASK) << 3);
    }

    /** How many entries for 4 KiB pages a table has from this one on. */
    static int entriesFrom(long iova) {
        return ENTRIES - ((int) (iova >>> 12) & INDEX_MASK);
    }

    void remember(int height, long iova, int table) {
        if (height == 0) {
            leafTables.remember(iova, table);
        }
    }

    void forget() {
        leafTables.forget();
    }

    // ---- looking at them

    /** Every table that can be reached, level by level from the root down. */
    List<Table> reachable(TableFormat format, long base) {
        var found = new ArrayList<Table>();
        var waiting = new ArrayDeque<Table>();
        waiting.add(read(0, base));
        while (!waiting.isEmpty()) {
            Table table = waiting.remove();
            found.add(table);
            for (long entry : table.entries()) {
                if (format.kind(table.level(), entry) == Kind.TABLE) {
                    long next = format.tableAddress(table.level(), entry);
                    if (memory.contains(next, TABLE_BYTES)) {
                        waiting.add(read(table.level() + 1, next));
                    }
                }
            }
        }
        return found;
    }

    private Table read(int level, long base) {
        var entries = new ArrayList<Long>(ENTRIES);
        for (int i = 0; i < ENTRIES; i++) {
            entries.add(memory.read64(base + i * 8L));
        }
        return new Table(level, base, entries);
    }

    /** Bytes of input addresses that are mapped, counted in memory. */
    long mappedBytes(TableFormat format, long base) {
        long bytes = 0;
        for (Table table : reachable(format, base)) {
            for (long entry : table.entries()) {
                Kind kind = format.kind(table.level(), entry);
                // A replicated page is counted once for each of its entries.
                bytes += kind == Kind.LEAF || kind == Kind.REPLICATED ? 1L << format.indexShift(table.level()) : 0;
            }
        }
        return bytes;
    }
}
