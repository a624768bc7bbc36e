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
        long last = iova + size - 1;
        end = Long.compareUnsigned(last, end) > 0 ? last : end;
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
