package org.iommulab.backend.amd;

/** What a v1 page table asks of those who know the domain's devices and units. */
public interface AmdV1Flushes {
    /** Nobody listens. */
    AmdV1Flushes NONE = new AmdV1Flushes() {
        @Override
        public void updateAndFlushDeviceTable() {}

        @Override
        public void flushTlbPde() {}

        @Override
        public void flushComplete() {}
    };

    /** amd_iommu_update_and_flush_device_table: the root moved, all device table entries must follow. */
    void updateAndFlushDeviceTable();

    /** amd_iommu_domain_flush_tlb_pde: all translations of the domain, and what is cached of its upper levels. */
    void flushTlbPde();

    /** amd_iommu_domain_flush_complete: waits until the units are done with all that. */
    void flushComplete();
}
