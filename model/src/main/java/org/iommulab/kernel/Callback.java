package org.iommulab.kernel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The entries of {@code struct iommu_ops} and {@code struct iommu_domain_ops}, over all versions the lab knows; the
 * pointers at static domains and the page sizes are entries too.
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
    REMOVE_DEV_PASID,
    /** No function, but a number: taken away it is 0. */
    PGSIZE_BITMAP,
    DEV_ENABLE_FEAT,
    DEV_DISABLE_FEAT,
    PAGE_RESPONSE,
    HW_INFO;

    private static final Callback[] ALL = values();

    /** As the kernel spells the member: {@code set_platform_dma_ops}. */
    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How a callback says that it failed. */
    public enum Failing {
        /** It returns an errno. */
        ERRNO,
        /** It returns 0 or NULL: nothing made, nothing done, nothing found, no. */
        ZERO,
        /** It returns nothing, or is no function: it cannot fail. */
        NEVER
    }

    /** What the kernel finds in the entry when it is not there: {@code detach_dev is NULL}, {@code pgsize_bitmap is 0}. */
    public String isNotThere() {
        return kernelName() + (this == PGSIZE_BITMAP ? " is 0" : " is NULL");
    }

    /** The same as an event: {@code no callback detach_dev}, {@code pgsize_bitmap is 0}. */
    public String missing() {
        return this == PGSIZE_BITMAP ? isNotThere() : "no callback " + kernelName();
    }

    public Failing failing() {
        return switch (this) {
            case PROBE_DEVICE,
                    DEVICE_GROUP,
                    OF_XLATE,
                    ATTACH_DEV,
                    MAP,
                    MAP_PAGES,
                    IOTLB_SYNC_MAP,
                    ENABLE_NESTING,
                    DOMAIN_ALLOC_USER,
                    CACHE_INVALIDATE_USER,
                    DOMAIN_ALLOC_SVA,
                    SET_DEV_PASID,
                    DEV_ENABLE_FEAT,
                    DEV_DISABLE_FEAT -> Failing.ERRNO;
            case DOMAIN_ALLOC,
                    DOMAIN_ALLOC_PAGING,
                    CAPABLE,
                    IS_ATTACH_DEFERRED,
                    DEF_DOMAIN_TYPE,
                    UNMAP,
                    UNMAP_PAGES,
                    IOVA_TO_PHYS,
                    ENFORCE_CACHE_COHERENCY -> Failing.ZERO;
            case RELEASE_DEVICE,
                    PROBE_FINALIZE,
                    SET_PLATFORM_DMA_OPS,
                    GET_RESV_REGIONS,
                    DETACH_DEV,
                    FLUSH_IOTLB_ALL,
                    IOTLB_SYNC,
                    FREE,
                    IDENTITY_DOMAIN,
                    BLOCKED_DOMAIN,
                    DEFAULT_DOMAIN,
                    RELEASE_DOMAIN,
                    REMOVE_DEV_PASID,
                    PAGE_RESPONSE,
                    HW_INFO,
                    PGSIZE_BITMAP -> Failing.NEVER;
        };
    }

    /** What a call returns that was ordered to fail: the errno, or 0 where the callback has no way to tell one. */
    public long failsWith(Errno error) {
        return failing() == Failing.ERRNO ? error.negative() : 0;
    }

    /**
     * The errno that its callers are made for: no memory where something is made, -EINVAL where a device or domain does
     * not fit (as {@code attach_dev}'s description in include/linux/iommu.h has it), -ENODEV for a device that is not the
     * driver's.
     */
    public Errno usualError() {
        return switch (this) {
            case PROBE_DEVICE, DEV_ENABLE_FEAT -> Errno.ENODEV;
            case ATTACH_DEV, OF_XLATE, ENABLE_NESTING, SET_DEV_PASID, CACHE_INVALIDATE_USER, DEV_DISABLE_FEAT ->
                Errno.EINVAL;
            default -> Errno.ENOMEM;
        };
    }

    public static Optional<Callback> named(String kernelName) {
        return Arrays.stream(ALL).filter(c -> c.kernelName().equals(kernelName)).findFirst();
    }

    public static Callback of(long ordinal) {
        return ALL[(int) ordinal];
    }
}
