package org.iommulab.backend.intel;

import java.util.function.LongConsumer;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.TableVisitor;

/**
 * A domain's tables in simulated memory. Here a table is its physical address, a level is counted from the bottom (1 is
 * the last), and the listener is told {@code level - 1}.
 */
final class VtdTables {
    static final int BYTES = 4096;
    static final int ENTRIES = 512;

    private static final int INDEX_MASK = ENTRIES - 1;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final VtdFormat.Stage stage;
    private final TableListener listener;

    VtdTables(PhysicalMemory memory, FrameAllocator frames, VtdFormat.Stage stage, TableListener listener) {
        this.memory = memory;
        this.frames = frames;
        this.stage = stage;
        this.listener = listener;
    }

    VtdFormat.Stage stage() {
        return stage;
    }

    long read(long at) {
        return memory.read64(at);
    }

    void write(int level, long at, long value) {
        memory.write64(at, value);
        listener.entryWritten(level - 1, at, value);
    }

    /** dma_clear_pte; an entry that is 0 already is not worth an event. */
    void clear(int level, long at) {
        if (read(at) != 0) {
            write(level, at, 0);
        }
    }

    boolean present(long entry) {
        return VtdFormat.isPresent(stage, entry);
    }

    /** Whether an entry of this level leads to a table. A pointer out of RAM, which no driver writes, leads nowhere. */
    boolean leadsOn(int level, long entry) {
        return level > 1
                && present(entry)
                && !(level <= 3 && VtdFormat.isLarge(entry))
                && memory.contains(entry & VtdFormat.ADDRESS, BYTES);
    }

    static int index(int level, long iova) {
        return (int) (iova >>> VtdFormat.shift(level)) & INDEX_MASK;
    }

    static long at(int level, long table, long iova) {
        return table + index(level, iova) * 8L;
    }

    long allocate(int level) {
        long address = frames.allocate(BYTES, BYTES);
        memory.clear(address, BYTES);
        listener.tableAllocated(level - 1, address, BYTES);
        return address;
    }

    void free(int level, long table) {
        frames.free(BYTES);
        listener.tableFreed(level - 1, table, BYTES);
    }

    /** Shows a table and all below it, from above. */
    void visit(int level, long table, TableVisitor visitor) {
        visitor.table(level, table);
        for (long at = table; level > 1 && at < table + BYTES; at += 8) {
            long entry = read(at);
            if (leadsOn(level, entry)) {
                visit(level - 1, entry & VtdFormat.ADDRESS, visitor);
            }
        }
    }

    /** Bytes that a table and those below it map. */
    long mappedBytes(int level, long table) {
        long bytes = 0;
        for (long at = table; at < table + BYTES; at += 8) {
            long entry = read(at);
            if (leadsOn(level, entry)) {
                bytes += mappedBytes(level - 1, entry & VtdFormat.ADDRESS);
            } else if (present(entry)) {
                bytes += 1L << VtdFormat.shift(level);
            }
        }
        return bytes;
    }

    /** Every table, once all are unlinked. */
    interface Freed {
        void table(int level, long table);
    }

    /** dma_pte_list_pagetables: a table and those below it, which nobody touches any more. */
    void list(int level, long table, Freed freed) {
        freed.table(level, table);
        for (long at = table; level > 1 && at < table + BYTES; at += 8) {
            long entry = read(at);
            if (leadsOn(level, entry)) {
                list(level - 1, entry & VtdFormat.ADDRESS, freed);
            }
        }
    }

    /** Looks at the entries of a table from an address on, to the end of the table or to the last address. */
    static void each(int level, long table, long first, long last, LongConsumer body) {
        long span = 1L << VtdFormat.shift(level);
        long input = first & -span;
        for (long at = at(level, table, first); at < table + BYTES && Long.compareUnsigned(input, last) <= 0; at += 8) {
            body.accept(at);
            input += span;
        }
    }
}
