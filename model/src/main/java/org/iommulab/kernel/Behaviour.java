package org.iommulab.kernel;

/**
 * One small way in which kernels differ. A version is a set of these, a patch adds or takes away a few; the flows ask
 * for them by name at the place where the kernels' code differs.
 */
public enum Behaviour {
    /** The core has iommu_domain_ops.detach_dev and calls it for a transition to no domain (until P5, 8f9930fa0161). */
    DETACH_DEV,
    /** Drivers around io-pgtable (qcom, ipmmu-vmsa) map and unmap one page a call: map, not map_pages (up to v6.1). */
    IO_PGTABLE_DRIVERS_MAP_ONE,
    /** The core has iommu_ops.set_platform_dma_ops (P2, 6caeb33fa986). */
    SET_PLATFORM_DMA_OPS,
    /** Versions 1 and 2 of the series: instead of no domain a group gets a blocking domain of its own. Never merged. */
    BLOCKING_DOMAIN_FOR_NONE,
    /**
     * Version 4 of the series: the core calls set_platform_dma_ops first and looks at what comes back; where that fails,
     * it falls back to detach_dev, and without that to WARN_ON and -EINVAL. Version 5 has no such error, and so had
     * every kernel.
     */
    SET_PLATFORM_DMA_CAN_FAIL,
    /** "Attach deferred" is a bit of dev_iommu, asked of the driver once (P4, dd8a25c557e1). */
    DEFERRED_ATTACH_BIT,
    /** iommu_group_claim_dma_owner refuses a NULL owner with WARN_ON and -EINVAL (v6.2). */
    CLAIM_CHECKS_NULL_OWNER,
    /** A SysMMU registers with the core at the end of its probe, not in the middle of it (v6.2). */
    EXYNOS_REGISTERS_LAST,
    /** fsl_pamu answers -ENODEV, not -EINVAL, when a device's LIODN is missing or too large (v6.2). */
    PAMU_SAYS_ENODEV,
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
    /** The lines about the default domain at boot end without a blank (v6.5). */
    LOG_WITHOUT_TRAILING_BLANK,
    /** A flush queue is only used for devices whose driver says that it can put off invalidations (v6.5). */
    FLUSH_QUEUE_IS_A_CAPABILITY,
    /** A PCI device is tried with addresses below 4 GiB only until that has failed once (v6.6, pci_32bit_workaround). */
    LOW_IOVA_UNTIL_IT_FAILS,
    /** The depot of each cache of IOVAs has no limit, and is trimmed by a worker (v6.7, 911aa1245da8). */
    IOVA_DEPOT_IS_TRIMMED,
    /**
     * Without a default domain a device is not probed, and there is no "no domain" (v6.7, e98befd010bd, 24b1d476167d).
     * With it come the one routine that sets a group's domain and unwinds (v6.5), and the probe in one step (v6.6).
     */
    DEFAULT_DOMAIN_MANDATORY,
    /** iommu_ops has static domains and domain_alloc_paging (v6.7). */
    STATIC_DOMAINS,
    /** A device's IOMMU driver is found through its fwspec, not on its bus (v6.8, 17de3f5fdd35). */
    OPS_BY_FWSPEC,
    /** Only a domain of the device's own IOMMU driver can be attached (v6.8). */
    ATTACH_CHECKS_OWNER,
    /** iommu_ops.release_domain is attached before release_device (v6.9). */
    RELEASE_DOMAIN,
    /**
     * The core sets up a device's DMA after its default domain, not the architecture at bind (v6.10); {@code
     * dev->dma_iommu} says that dma-iommu answers, and dma_ops stays NULL (v6.12, b5c58b2fdc42).
     */
    CORE_SETS_UP_DMA,
    /** of_iommu_configure takes any fwspec for done, and takes its own back after an error (v6.12). */
    FWSPEC_ALONE_COUNTS,
    /** arm_iommu_create_mapping makes its domain for a device, not for a bus (v6.12). */
    ARM_MAPPING_FOR_DEVICE,
    /** A user's domain is made for a device (iommu_paging_domain_alloc, v6.11), not for a bus (iommu_domain_alloc). */
    PAGING_DOMAIN_FOR_DEVICE,
    /**
     * Whether a device's interrupts reach no other is asked of its interrupt domain (v6.3, IRQ_DOMAIN_FLAG_ISOLATED_MSI), not
     * of its IOMMU driver as well (IOMMU_CAP_INTR_REMAP).
     */
    ISOLATED_MSI,
    /** exynos set_platform_dma_ops is exynos_iommu_release_device, ARM only (189d496b48b1). */
    EXYNOS_SET_PLATFORM_IS_RELEASE,
    /** exynos set_platform_dma_ops is exynos_iommu_set_platform_dma, ARM only (f91bf3272a18). */
    EXYNOS_SET_PLATFORM_DMA,
    /** exynos has a static identity domain in the place of "no domain" (b3d14960e629, v6.7). */
    EXYNOS_IDENTITY_DOMAIN,
    /** exynos has map_pages and unmap_pages, which do one page a call (983efefa44a3, bd111e987e76, v6.7). */
    EXYNOS_MAPS_PAGES,
    /**
     * A SysMMU's resume and suspend compare its domain with the identity domain, while it has none in identity mode: they
     * always switch it (v6.7; fixed by 99deffc409b6 in v6.15, which later stable releases of 6.12 have).
     */
    EXYNOS_RESUMES_WITHOUT_TABLE,
    /** Each SysMMU variant decodes its own faults; an unhandled one panics with a text (v6.3). */
    EXYNOS_FAULTS_DECODED_BY_VARIANT,
    /** There is a driver for RISC-V's IOMMU (v6.13, of the lab's releases in none). */
    RISCV_IOMMU
}
