package org.iommulab.core;

import org.iommulab.sim.Recomputable;

/**
 * {@code struct iommu_iotlb_gather}: the range that an unmap leaves to be invalidated. Lives on the stack of one call, so
 * it is no state.
 */
@Recomputable
public final class IotlbGather {
    private long start = -1;
    private long end;

    /** iommu_iotlb_gather_add_range: the range grows to hold these bytes too. */
    public void add(long iova, long size) {
        start = Long.compareUnsigned(iova, start) < 0 ? iova : start;
        end = Math.max(end, iova + size - 1);
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
