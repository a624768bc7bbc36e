package org.iommulab.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.jspecify.annotations.Nullable;

/**
 * The driver of the cases about the core: it keeps a set of entries (start and size), has neither tables nor hardware,
 * and writes down every call.
 */
final class ModelDriver {
    private static final int MOST_ENTRIES = 20_000;

    private final Machine machine;
    private final CoreCase asked;
    /**
     * End of each entry (exclusive), by its start. The driver that made the cases adds start and size, so an entry that
     * ends with the address space ends at 0: it is never in the way of anything and never found again. None is kept.
     */
    private final TreeMap<Long, Long> entries = new TreeMap<>(Long::compareUnsigned);

    private final List<DriverCall> calls = new ArrayList<>();

    ModelDriver(Machine machine, CoreCase asked) {
        this.machine = machine;
        this.asked = asked;
    }

    /** The calls since the last time that this was asked. */
    List<DriverCall> takeCalls() {
        var taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    OpsTable table() {
        var table = OpsTable.named("model", "model_ops")
                .with(Callback.DOMAIN_ALLOC, term("alloc"), (OpsTable.DomainAlloc)
                        type -> Optional.of(new Domain(machine, asked.pageSizes())))
                .with(Callback.IOTLB_SYNC, term("iotlb_sync"), (OpsTable.IotlbSync)
                        (domain, gather) -> calls.add(DriverCall.of("iotlb_sync")));
        if (asked.single()) {
            return table.with(Callback.MAP, term("map"), (OpsTable.MapOne) this::map)
                    .with(Callback.UNMAP, term("unmap"), (OpsTable.UnmapOne)
                            (domain, iova, size, gather) -> unmap(iova, size))
                    .build();
        }
        return table.with(Callback.MAP_PAGES, term("map_pages"), (OpsTable.MapPages) this::mapPages)
                .with(Callback.UNMAP_PAGES, term("unmap_pages"), (OpsTable.UnmapPages)
                        (domain, iova, pageSize, count, gather) -> unmapPages(iova, pageSize, count))
                .with(Callback.IOTLB_SYNC_MAP, term("iotlb_sync_map"), (OpsTable.IotlbSyncMap)
                        (domain, iova, size) -> calls.add(DriverCall.of("iotlb_sync_map", iova, size)))
                .build();
    }

    private static Term term(String name) {
        return Term.function("model_" + name, "");
    }

    private long map(IommuDomain domain, long iova, long pa, long size, int prot) {
        int error = take(iova, size);
        calls.add(DriverCall.of("map", iova, pa, size, error));
        return error;
    }

    private OpsTable.Mapped mapPages(IommuDomain domain, long iova, long pa, long pageSize, long count, int prot) {
        int error = 0;
        long pages = 0;
        while (pages < count && !endsBefore(iova, pageSize, pages)) {
            error = take(iova + pages * pageSize, pageSize);
            if (error != 0) {
                break;
            }
            pages++;
        }
        calls.add(DriverCall.of("map_pages", iova, pa, pageSize, (int) count, error, pages * pageSize));
        return new OpsTable.Mapped(error, pages * pageSize);
    }

    /** Whether this page, not being the first of a call, begins another table. */
    private boolean endsBefore(long iova, long pageSize, long page) {
        long number = Long.divideUnsigned(iova, pageSize) + page;
        return page > 0 && asked.pagesPerTable() > 0 && Long.remainderUnsigned(number, asked.pagesPerTable()) == 0;
    }

    private int take(long iova, long size) {
        if (overlapping(iova, size) != null) {
            return Errno.EEXIST.negative();
        }
        if (entries.size() >= MOST_ENTRIES) {
            return Errno.ENOMEM.negative();
        }
        if (iova + size != 0) {
            entries.put(iova, iova + size);
        }
        return 0;
    }

    private Map.@Nullable Entry<Long, Long> overlapping(long iova, long size) {
        var before = entries.lowerEntry(iova + size);
        return before != null && Long.compareUnsigned(before.getValue(), iova) > 0 ? before : null;
    }

    private long unmap(long iova, long size) {
        long biggest = remove(iova, size);
        long unmapped = biggest == 0 || Long.compareUnsigned(biggest, size) > 0 ? biggest : size;
        calls.add(DriverCall.of("unmap", iova, size, unmapped));
        return unmapped;
    }

    private long unmapPages(long iova, long pageSize, long count) {
        long pages = 0;
        while (pages < count && !endsBefore(iova, pageSize, pages) && remove(iova + pages * pageSize, pageSize) != 0) {
            pages++;
        }
        calls.add(DriverCall.of("unmap_pages", iova, pageSize, (int) count, pages * pageSize));
        return pages * pageSize;
    }

    /** Removes every entry that overlaps a page; the size of the biggest one. */
    private long remove(long iova, long size) {
        long biggest = 0;
        for (var entry = overlapping(iova, size); entry != null; entry = overlapping(iova, size)) {
            long bytes = entry.getValue() - entry.getKey();
            biggest = Long.compareUnsigned(bytes, biggest) > 0 ? bytes : biggest;
            entries.remove(entry.getKey());
        }
        return biggest;
    }

    private static final class Domain extends IommuDomain {
        private final long pageSizes;

        Domain(Machine machine, long pageSizes) {
            super(machine, 1);
            this.pageSizes = pageSizes;
        }

        @Override
        protected long pageSizes() {
            return pageSizes;
        }

        @Override
        public long apertureEnd() {
            return -1;
        }

        @Override
        public long tableBase() {
            return 0;
        }

        @Override
        public long mappedPages() {
            return 0;
        }

        @Override
        public int tableCount() {
            return 0;
        }

        @Override
        public long lookUp(long iova) {
            return 0;
        }
    }
}
