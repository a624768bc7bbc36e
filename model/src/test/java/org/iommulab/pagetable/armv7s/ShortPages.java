package org.iommulab.pagetable.armv7s;

import static org.iommulab.pagetable.armv7s.ArmV7sFormat.SECTION;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.iommulab.pagetable.Translation;

/** What should be mapped after what io-pgtable-arm-v7s does: intervals, and where there is a table. */
final class ShortPages {
    record Page(long pa, long bytes) {}

    private static final int EEXIST = 17;

    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private final TreeSet<Long> tables = new TreeSet<>();

    private Map.Entry<Long, Page> at(long iova) {
        Map.Entry<Long, Page> page = pages.floorEntry(iova);
        return page != null && iova < page.getKey() + page.getValue().bytes() ? page : null;
    }

    /** Bytes of the page that maps an address; 0 when none does. */
    long bytesAt(long iova) {
        var page = at(iova);
        return page == null ? 0 : page.getValue().bytes();
    }

    long map(long iova, long pa, long bytes, long count) {
        for (long done = 0; done < bytes * count; done += bytes) {
            if (!(bytes < SECTION ? roomForPage(iova + done, bytes) : roomForSections(iova + done, bytes))) {
                return done | EEXIST;
            }
            pages.put(iova + done, new Page(pa + done, bytes));
        }
        return bytes * count;
    }

    private boolean roomForPage(long iova, long bytes) {
        if (bytesAt(iova) >= SECTION) {
            return false;
        }
        tables.add(iova & -SECTION);
        return pages.subMap(iova, iova + bytes).isEmpty() && at(iova) == null;
    }

    private boolean roomForSections(long iova, long bytes) {
        for (long at = iova; at < iova + bytes; at += SECTION) {
            if (bytesAt(at) >= SECTION) {
                return false;
            }
            dropTable(at);
        }
        return true;
    }

    private void dropTable(long iova) {
        tables.remove(iova);
        pages.subMap(iova, iova + SECTION).clear();
    }

    /** Not for parts of a section: there the kernel has a defect. */
    long unmap(long iova, long bytes, long count) {
        for (long done = 0; done < bytes * count; done += bytes) {
            if (!unmapPage(iova + done, bytes)) {
                return done;
            }
        }
        return bytes * count;
    }

    private boolean unmapPage(long iova, long bytes) {
        long step = Math.min(bytes, SECTION) == SECTION ? SECTION : 0x1000;
        for (long at = iova; at < iova + bytes; at += step) {
            boolean table = step == SECTION && tables.contains(at);
            if (!table && at(at) == null) {
                return false;
            }
        }
        for (long at = iova; at < iova + bytes; at += step) {
            if (step == SECTION && tables.contains(at)) {
                dropTable(at);
            } else {
                split(at, step);
                pages.remove(at);
            }
        }
        return true;
    }

    private void split(long iova, long part) {
        var page = at(iova);
        pages.remove(page.getKey());
        for (long at = 0; at < page.getValue().bytes(); at += part) {
            pages.put(page.getKey() + at, new Page(page.getValue().pa() + at, part));
        }
    }

    long translate(long iova) {
        var page = at(iova);
        return page == null ? Translation.NOT_MAPPED : page.getValue().pa() + iova - page.getKey();
    }

    long bytes() {
        return pages.values().stream().mapToLong(Page::bytes).sum();
    }

    int tables() {
        return tables.size();
    }

    Map<Long, Page> pages() {
        return new TreeMap<>(pages);
    }
}
