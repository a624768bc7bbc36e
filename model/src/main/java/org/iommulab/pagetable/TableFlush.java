package org.iommulab.pagetable;

/**
 * What a driver gives io-pgtable to invalidate with when tables go (of {@code struct iommu_flush_ops}). What a driver
 * has not got does silently not happen.
 */
public interface TableFlush {
    /** A driver that invalidates by itself, or has no unit. */
    TableFlush NONE = new TableFlush() {
        @Override
        public void flushAll() {}

        @Override
        public void flushWalk(long iova, long bytes, long granule) {}
    };

    /** {@code tlb_flush_all}: the tables are about to be freed. */
    void flushAll();

    /**
     * {@code tlb_flush_walk}: what the unit knows of this range, walks and leaves, must be forgotten now.
     *
     * @param granule bytes of the smallest leaf that may be in the range
     */
    void flushWalk(long iova, long bytes, long granule);
}
