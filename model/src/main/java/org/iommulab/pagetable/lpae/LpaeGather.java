package org.iommulab.pagetable.lpae;

/** Collects what one unmap removed ({@code struct iommu_iotlb_gather} and {@code tlb_add_page}). */
public interface LpaeGather {
    /** Collects nothing. */
    LpaeGather NONE = new LpaeGather() {
        @Override
        public boolean isQueued() {
            return false;
        }

        @Override
        public void add(long iova, long pageBytes, int count) {}
    };

    /** Whether a flush queue will invalidate everything later, so that single pages need not be told. */
    boolean isQueued();

    /** {@code tlb_add_page} for each of so many pages in a row. */
    void add(long iova, long pageBytes, int count);
}
