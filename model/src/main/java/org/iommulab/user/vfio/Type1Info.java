package org.iommulab.user.vfio;

import java.util.List;

/**
 * What VFIO_IOMMU_GET_INFO says: an errno, or flags, supported page sizes and capabilities in their order.
 *
 * @param pageSizes a bit for each size
 */
public record Type1Info(long error, int flags, long pageSizes, List<Capability> capabilities) {
    /** VFIO_IOMMU_INFO_PGSIZES and VFIO_IOMMU_INFO_CAPS. */
    static final int PAGE_SIZES_AND_CAPABILITIES = 3;

    public Type1Info {
        capabilities = List.copyOf(capabilities);
    }

    /** One entry of the chain behind the fixed part, all of version 1. */
    public sealed interface Capability {
        /** The number that the kernel gives this kind. */
        int id();
    }

    /** Page sizes of dirty tracking: the smallest alone. */
    public record Migration(long pageSizes) implements Capability {
        @Override
        public int id() {
            return 2;
        }
    }

    /** Mappings that can still be made. */
    public record DmaAvailable(long entries) implements Capability {
        @Override
        public int id() {
            return 3;
        }
    }

    /** Input addresses that can be used. */
    public record Ranges(List<IovaRange> ranges) implements Capability {
        public Ranges {
            ranges = List.copyOf(ranges);
        }

        @Override
        public int id() {
            return 1;
        }
    }
}
