package org.iommulab.backend.rockchip;

/** Hears when the driver wants IOTLB lines evicted in every active bank ({@code rk_iommu_zap_iova}). */
@FunctionalInterface
public interface ZapLines {
    /** For those who have no IOTLB. */
    ZapLines NONE = (iova, bytes) -> {};

    /** Each 4 KiB page of the range; the range may be empty. */
    void zap(long iova, long bytes);
}
