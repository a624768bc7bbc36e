package org.iommulab.user.vfio;

import java.util.Optional;

/** What VFIO_CHECK_EXTENSION can ask (include/uapi/linux/vfio.h), and what the type 1 back end answers. */
public final class Type1Extensions {
    public static final int TYPE1 = 1;
    public static final int TYPE1_V2 = 3;
    /** Whether all domains enforce coherency. */
    public static final int DMA_CC = 4;

    public static final int TYPE1_NESTING = 6;
    /** Of another back end, vfio-noiommu, and only where the administrator gave up safety. */
    public static final int NOIOMMU = 8;

    public static final int UNMAP_ALL = 9;

    private Type1Extensions() {}

    /** vfio_iommu_type1_check_extension; without a container's data as every back end is asked. */
    static long check(Optional<Type1Iommu> iommu, int type) {
        return switch (type) {
            case TYPE1, TYPE1_V2, TYPE1_NESTING, UNMAP_ALL -> 1;
            case DMA_CC -> iommu.filter(Type1Iommu::enforcesCoherency).isPresent() ? 1 : 0;
            default -> 0;
        };
    }

    /** vfio_iommu_type1_open: an extension need not be a type. */
    static boolean canBeOpened(int type) {
        return type == TYPE1 || type == TYPE1_V2 || type == TYPE1_NESTING;
    }
}
