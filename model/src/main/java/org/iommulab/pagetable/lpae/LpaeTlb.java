package org.iommulab.pagetable.lpae;

/** What a driver gives io-pgtable to invalidate with ({@code struct iommu_flush_ops}), and who hears its WARNs. */
public interface LpaeTlb {
    /** A driver without a unit. */
    LpaeTlb NONE = new LpaeTlb() {
        @Override
        public void flushAll() {}

        @Override
        public void flushWalk(long iova, long bytes, long granule) {}

        @Override
        public void warn(LpaeWarning warning) {}
    };

    /** {@code tlb_flush_all}: the tables are about to be freed. */
    void flushAll();

    /** {@code tlb_flush_walk}: a table was taken out, its walks and leaves must be forgotten before it is freed. */
    void flushWalk(long iova, long bytes, long granule);

    /** A WARN_ON fired. */
    void warn(LpaeWarning warning);
}
