package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.sim.Recomputable;

/**
 * What one call of map takes out of a v1 table: bigger pages at once, tables only from the tree. They are given back
 * when the units have been flushed.
 */
@Recomputable
final class AmdV1Replaced {
    private final AmdTables tables;
    private final List<AmdTables.Unlinked> unlinked = new ArrayList<>();
    private boolean any;

    AmdV1Replaced(AmdTables tables) {
        this.tables = tables;
    }

    /** Whether anything was, so that the units must be flushed. */
    boolean any() {
        return any;
    }

    /** A page in the way of a table, whose entry is overwritten. */
    void page() {
        any = true;
    }

    /** Clears the copies of a page that still are copies of it. */
    void copies(int height, int at, long entry) {
        int copies = AmdV1Format.copies(AmdV1Format.encodedBytes(entry));
        int first = tables.firstCopy(at, copies);
        for (int a = first; a < first + copies * 8; a += 8) {
            if (tables.load(a) == entry) {
                tables.put(height, a, 0);
            }
        }
        any = true;
    }

    /** free_clear_pte: the tables that an entry leads to, which the caller overwrites. */
    void below(long entry) {
        if (AmdV1Format.isPresent(entry)) {
            table(AmdV1Format.nextLevel(entry), entry & AmdV1Format.ADDRESS);
            any |= !unlinked.isEmpty();
        }
    }

    /** free_sub_pt: a table with this many levels, from below. */
    void table(int levels, long address) {
        int table = levels == 0 || levels == AmdV1Format.OTHER_SIZE ? AmdTables.NO_TABLE : tables.table(address);
        if (table == AmdTables.NO_TABLE) {
            return;
        }
        for (int at = table; levels > 1 && at < table + AmdTables.TABLE_BYTES; at += 8) {
            long entry = tables.load(at);
            int next = AmdV1Format.nextLevel(entry);
            if (AmdV1Format.isPresent(entry) && next != 0 && next != AmdV1Format.OTHER_SIZE) {
                table(levels - 1, entry & AmdV1Format.ADDRESS);
            }
        }
        unlinked.add(new AmdTables.Unlinked(levels - 1, table));
    }

    /** Gives the tables back; the bytes. */
    long release() {
        return unlinked.isEmpty() ? 0 : tables.release(unlinked);
    }
}
