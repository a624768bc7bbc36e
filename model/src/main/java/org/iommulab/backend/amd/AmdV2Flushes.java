package org.iommulab.backend.amd;

/** What a v2 page table asks of those who know the domain's units. PASID 0 is the kernel's own. */
public interface AmdV2Flushes {
    /** Nobody listens. */
    AmdV2Flushes NONE = new AmdV2Flushes() {
        @Override
        public void flushTlb(int pasid) {}

        @Override
        public void flushPage(int pasid, long address) {}
    };

    /** amd_iommu_flush_tlb: all translations of the domain and PASID. */
    void flushTlb(int pasid);

    /** amd_iommu_flush_page: those of one page. */
    void flushPage(int pasid, long address);
}
