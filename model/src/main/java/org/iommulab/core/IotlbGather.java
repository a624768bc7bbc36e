package org.iommulab.core;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.sim.Recomputable;

/**
 * {@code struct iommu_iotlb_gather}: the range that an unmap leaves to be invalidated, and the memory of tables that must
 * stay until it is. Lives on the stack of one call, so it is no state.
 */
@Recomputable
public final class IotlbGather {
    private final boolean queued;
    private final List<Runnable> freelist = new ArrayList<>();
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
        end = Long.compareUnsigned(iova + size - 1, end) > 0 ? iova + size - 1 : end;
    }

    /**
     * iommu_iotlb_gather_add_page: what is pending is invalidated first when its pages had another size, or when there
     * is a gap between it and this one.
     */
    public void addPage(IommuDomain domain, long iova, long size) {
        if (pageSize != 0 && pageSize != size || isDisjoint(iova, size)) {
            Mapping.sync(domain, this);
        }
        pageSize = size;
        add(iova, size);
    }

    /** {@code pgsize}: of the pages that iommu_iotlb_gather_add_page added; 0 for none. */
    public long pageSize() {
        return pageSize;
    }

    private boolean isDisjoint(long iova, long size) {
        return end != 0 && (Long.compareUnsigned(iova + size, start) < 0 || Long.compareUnsigned(iova, end + 1) > 0);
    }

    /** iommu_iotlb_gather_init of what a sync has done; what waits to be freed is the driver's, which has freed it. */
    void restart() {
        start = -1;
        end = 0;
        pageSize = 0;
    }

    /** Memory that the walker may still read: each is given back after the invalidation. */
    public void freeLater(Runnable free) {
        freelist.add(free);
    }

    public boolean hasFreelist() {
        return !freelist.isEmpty();
    }

    /** put_pages_list: {@link Callback#IOTLB_SYNC} has invalidated. */
    public void putPages() {
        takeFreelist().forEach(Runnable::run);
    }

    /** The freelist, for who invalidates later. */
    public List<Runnable> takeFreelist() {
        List<Runnable> taken = List.copyOf(freelist);
        freelist.clear();
        return taken;
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
