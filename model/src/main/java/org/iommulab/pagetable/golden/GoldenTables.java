package org.iommulab.pagetable.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.golden.GoldenRun.Table;

/** A {@link RadixTable} as golden cases list it. */
public final class GoldenTables {
    private GoldenTables() {}

    /**
     * All tables that the root leads to, the root first, then depth first.
     *
     * @param firstLevel the format's own number of the root's level
     * @param root the number of this root among the top tables
     */
    public static List<Table> of(RadixTable radix, int firstLevel, int root) {
        TableFormat format = radix.format();
        var tables = new ArrayList<Table>();
        radix.visitTables((level, base) -> {
            boolean hasTables = level + 1 < format.levels();
            long linkMask = hasTables ? format.table(level, -1L) ^ format.table(level, 0) : 0;
            var entries = new ArrayList<Long>();
            var links = new LinkedHashMap<Integer, Long>();
            for (long entry : radix.entries(level, base)) {
                if (hasTables && format.kind(level, entry) == Kind.TABLE) {
                    links.put(entries.size(), format.tableAddress(level, entry));
                }
                entries.add(entry);
            }
            tables.add(new Table(
                    base,
                    firstLevel + level,
                    format.entryBytes(),
                    level == 0 ? root : -1,
                    radix.defaultEntry(level),
                    entries,
                    links,
                    linkMask));
        });
        return tables;
    }
}
