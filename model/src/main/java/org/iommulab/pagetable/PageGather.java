package org.iommulab.pagetable;

/**
 * Collects the pages that one unmap removed ({@code struct iommu_iotlb_gather}, and {@code tlb_add_page} of
 * {@code struct iommu_flush_ops}).
 */
public interface PageGather {
    /** Collects nothing. */
    PageGather NONE = new PageGather() {
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
