package org.iommulab.pagetable;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What should be mapped: the plainest thing that can be right, to compare page tables with. */
public final class MappedPages {
    /** A page of this size. */
    public record Page(long pa, long bytes) {}

    private final TreeMap<Long, Page> pages = new TreeMap<>();

    /** Whether nothing is mapped in this range. */
    public boolean isFree(long iova, long bytes) {
        Map.Entry<Long, Page> before = pages.lowerEntry(iova + bytes);
        return before == null || before.getKey() + before.getValue().bytes() <= iova;
    }

    /** Bytes mapped, and errno in the low bits when a page is in the way. */
    public long map(long iova, long pa, long pageBytes, long count, int occupied) {
        for (long done = 0; done < pageBytes * count; done += pageBytes) {
            if (!isFree(iova + done, pageBytes)) {
                return done | occupied;
            }
            pages.put(iova + done, new Page(pa + done, pageBytes));
        }
        return pageBytes * count;
    }

    public long unmap(long iova, long pageBytes, long count, boolean skipHoles) {
        long total = pageBytes * count;
        long done = 0;
        while (done < total) {
            Map.Entry<Long, Page> page = at(iova + done);
            if (page == null) {
                if (!skipHoles) {
                    break;
                }
                done += pageBytes;
            } else if (page.getValue().bytes() > total - done) {
                break;
            } else {
                pages.remove(page.getKey());
                done += page.getValue().bytes();
            }
        }
        return done;
    }

    private Map.Entry<Long, Page> at(long iova) {
        Map.Entry<Long, Page> page = pages.floorEntry(iova);
        return page != null && iova < page.getKey() + page.getValue().bytes() ? page : null;
    }

    /** The page that starts at this address or next before it, if there is one. */
    public Optional<Map.Entry<Long, Page>> atOrBefore(long iova) {
        return Optional.ofNullable(pages.floorEntry(iova));
    }

    public long translate(long iova) {
        Map.Entry<Long, Page> page = at(iova);
        return page == null ? Translation.NOT_MAPPED : page.getValue().pa() + iova - page.getKey();
    }

    public long bytes() {
        return pages.values().stream().mapToLong(Page::bytes).sum();
    }

    public Map<Long, Page> pages() {
        return new TreeMap<>(pages);
    }
}
