package org.iommulab.core;

/**
 * {@code struct iommu_resv_region}: input addresses of a device that the DMA API must not hand out.
 *
 * @param start first address
 * @param length bytes
 * @param prot 1 read, 2 write, as for a mapping
 */
public record ResvRegion(long start, long length, int prot, Type type) {
    /** What a region is for (include/linux/iommu.h: enum iommu_resv_type). */
    public enum Type {
        /** Must be mapped 1:1 at all times: firmware uses it. */
        DIRECT,
        /** Must be mapped 1:1 until a driver takes over. */
        DIRECT_RELAXABLE,
        /** Never to be mapped. */
        RESERVED,
        /** Message-signalled interrupts go there, past the tables. */
        MSI,
        /** A window for mapping interrupt doorbells, managed by software. */
        SW_MSI;

        boolean isDirect() {
            return this == DIRECT || this == DIRECT_RELAXABLE;
        }
    }

    /** The same region, with at least this last address. */
    ResvRegion upTo(long last) {
        return Long.compareUnsigned(last, last()) <= 0 ? this : new ResvRegion(start, last - start + 1, prot, type);
    }

    /** Last address. */
    public long last() {
        return start + length - 1;
    }
}
