package org.iommulab.user.iommufd;

/** Input addresses from {@code start} to {@code last}, both included, as unsigned numbers. */
public record IoRange(long start, long last) {
    boolean overlaps(long from, long to) {
        return Long.compareUnsigned(from, last) <= 0 && Long.compareUnsigned(start, to) <= 0;
    }

    boolean isWithin(long from, long to) {
        return Long.compareUnsigned(from, start) <= 0 && Long.compareUnsigned(last, to) <= 0;
    }

    /** Whether so many bytes fit, 0 standing for none. */
    boolean holds(long bytes) {
        return Long.compareUnsigned(last - start, bytes - 1) >= 0;
    }
}
