package org.iommulab.core;

import org.iommulab.sim.Recomputable;

/**
 * {@code struct iommu_iotlb_gather}: the range that an unmap leaves to be invalidated. Lives on the stack of one call, so
 * it is no state.
 */
@Recomputable
public final class IotlbGather {
    private final boolean queued;
    private long start = -1;
    private long end;
    private long pageSize;

    /** A gather whose caller syncs at once. */
    public IotlbGather() {
        this(false);
    }

    /** @param queued whether a flush queue sees to the invalidation later, so that a driver does none for single pages */
    public IotlbGather(boolean queued) {
        this.queued = queued;
    }

    public boolean isQueued() {
        return queued;
    }

    /** iommu_iotlb_gather_add_range: the range grows to hold these bytes too. */
    public void add(long iova, long size) {
        start = Long.compareUnsigned(iova, start) < 0 ? iova : start;
        end = Math.max(end, iova + size - 1);
    }

    /** {@code pgsize}: of the pages that iommu_iotlb_gather_add_page added; 0 for none. */
    public long pageSize() {
        return pageSize;
    }

    void setPageSize(long bytes) {
        pageSize = bytes;
    }

    /** iommu_iotlb_gather_is_disjoint: whether these bytes would leave a gap. */
    boolean isDisjoint(long iova, long size) {
        return end != 0 && (Long.compareUnsigned(iova, end + 1) > 0 || Long.compareUnsigned(start, iova + size) > 0);
    }

    /** iommu_iotlb_gather_init. */
    void clear() {
        start = -1;
        end = 0;
        pageSize = 0;
    }

    public long start() {
        return start;
    }

    public long end() {
        return end;
    }

    public boolean isEmpty() {
        return start == -1;
    }
}
