package org.iommulab.pagetable.lpae;

import org.iommulab.pagetable.TableFlush;

/** What a driver gives io-pgtable to invalidate with ({@code struct iommu_flush_ops}), and who hears its WARNs. */
public interface LpaeTlb extends TableFlush {
    /** A driver without a unit. */
    LpaeTlb NONE = new LpaeTlb() {
        @Override
        public void flushAll() {}

        @Override
        public void flushWalk(long iova, long bytes, long granule) {}

        @Override
        public void warn(LpaeWarning warning) {}
    };

    /** A WARN_ON fired. */
    void warn(LpaeWarning warning);
}
