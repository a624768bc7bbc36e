package org.iommulab.user.vfio;

/**
 * Input addresses from {@code start} to {@code last}, both included, as unsigned numbers.
 */
public record IovaRange(long start, long last) {
    boolean holds(long from, long to) {
        return Long.compareUnsigned(start, from) <= 0 && Long.compareUnsigned(to, last) <= 0;
    }

    boolean overlaps(long from, long to) {
        return Long.compareUnsigned(from, last) <= 0 && Long.compareUnsigned(start, to) <= 0;
    }
}
