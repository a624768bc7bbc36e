package org.iommulab.pagetable;

/**
 * A size of page that a format can map.
 *
 * @param bytes a power of two
 * @param level the level whose entries map it
 * @param copies how many consecutive entries hold it: 1, or more for a replicated entry
 */
public record PageSize(long bytes, int level, int copies) {
    public PageSize {
        if (Long.bitCount(bytes) != 1 || level < 0 || Integer.bitCount(copies) != 1) {
            throw new IllegalArgumentException("page size and copies must be powers of two");
        }
    }
}
