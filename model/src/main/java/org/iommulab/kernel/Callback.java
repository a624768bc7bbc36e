package org.iommulab.kernel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The entries of {@code struct iommu_ops} and {@code struct iommu_domain_ops}, over all versions the lab knows; the
 * pointers at static domains are entries too.
 */
public enum Callback {
    CAPABLE,
    DOMAIN_ALLOC,
    PROBE_DEVICE,
    RELEASE_DEVICE,
    PROBE_FINALIZE,
    SET_PLATFORM_DMA_OPS,
    DEVICE_GROUP,
    GET_RESV_REGIONS,
    OF_XLATE,
    IS_ATTACH_DEFERRED,
    DEF_DOMAIN_TYPE,
    ATTACH_DEV,
    DETACH_DEV,
    MAP,
    UNMAP,
    MAP_PAGES,
    UNMAP_PAGES,
    FLUSH_IOTLB_ALL,
    IOTLB_SYNC_MAP,
    IOTLB_SYNC,
    IOVA_TO_PHYS,
    ENFORCE_CACHE_COHERENCY,
    ENABLE_NESTING,
    FREE,
    DOMAIN_ALLOC_PAGING,
    IDENTITY_DOMAIN,
    BLOCKED_DOMAIN,
    DEFAULT_DOMAIN,
    RELEASE_DOMAIN,
    DOMAIN_ALLOC_USER,
    CACHE_INVALIDATE_USER,
    DOMAIN_ALLOC_SVA,
    SET_DEV_PASID,
    REMOVE_DEV_PASID;

    private static final Callback[] ALL = values();

    /** As the kernel spells the member: {@code set_platform_dma_ops}. */
    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Callback> named(String kernelName) {
        return Arrays.stream(ALL).filter(c -> c.kernelName().equals(kernelName)).findFirst();
    }

    public static Callback of(long ordinal) {
        return ALL[(int) ordinal];
    }
}
