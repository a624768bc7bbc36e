package org.iommulab.kernel;

/**
 * One small way in which kernels differ. A version is a set of these, a patch adds or takes away a few; the flows ask
 * for them by name at the place where the kernels' code differs.
 */
public enum Behaviour {
    /** The core has iommu_domain_ops.detach_dev and calls it for a transition to no domain (until P5, 8f9930fa0161). */
    DETACH_DEV,
    /** The core has iommu_ops.set_platform_dma_ops (P2, 6caeb33fa986). */
    SET_PLATFORM_DMA_OPS,
    /** "Attach deferred" is a bit of dev_iommu, asked of the driver once (P4, dd8a25c557e1). */
    DEFERRED_ATTACH_BIT,
    /** iommu_group_claim_dma_owner refuses a NULL owner with WARN_ON and -EINVAL (v6.2). */
    CLAIM_CHECKS_NULL_OWNER,
    /** A SysMMU registers with the core at the end of its probe, not in the middle of it (v6.2). */
    EXYNOS_REGISTERS_LAST,
    /** The nine drivers of P1 (1b932ceddd19) have no detach_dev. */
    DRIVERS_WITHOUT_DETACH_DEV,
    /** The seven drivers of P3 (c1fe9119ee70) have set_platform_dma_ops instead of detach_dev. */
    DRIVERS_SET_PLATFORM_DMA,
    /** rockchip has set_platform_dma_ops (25c2325575cc, v6.4). */
    ROCKCHIP_SET_PLATFORM_DMA,
    /** sprd attaches a domain again that has its device already (v6.4). */
    SPRD_ATTACHES_AGAIN,
    /** A leaving device is off its group's list before release_device runs, all under the group's lock (v6.4). */
    RELEASE_UNDER_GROUP_LOCK,
    /** exynos set_platform_dma_ops is exynos_iommu_release_device, ARM only (189d496b48b1). */
    EXYNOS_SET_PLATFORM_IS_RELEASE,
    /** exynos set_platform_dma_ops is exynos_iommu_set_platform_dma, ARM only (f91bf3272a18). */
    EXYNOS_SET_PLATFORM_DMA,
    /** Each SysMMU variant decodes its own faults; an unhandled one panics with a text (v6.3). */
    EXYNOS_FAULTS_DECODED_BY_VARIANT
}
