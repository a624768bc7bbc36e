package org.iommulab.core;

/** Which page size and how many of it: iommu_pgsize (drivers/iommu/iommu.c). */
record PageSizes(long size, long count) {
    /**
     * The largest supported size that address, target and length allow, and how many until a larger one fits.
     *
     * @throws IllegalArgumentException when none fits: the kernel's BUG, which the alignment test before it prevents
     */
    static PageSizes choose(long bitmap, long iova, long physical, long bytes) {
        long alignment = iova | physical;
        long candidates = bitmap & upTo(bytes);
        if (alignment != 0) {
            candidates &= (Long.lowestOneBit(alignment) << 1) - 1;
        }
        if (candidates == 0) {
            throw new IllegalArgumentException("no page size fits");
        }
        long size = Long.highestOneBit(candidates);
        long larger = bitmap & ~((size << 1) - 1);
        if (larger != 0) {
            long next = Long.lowestOneBit(larger);
            if (((iova ^ physical) & next - 1) == 0) {
                long distance = next - (iova & next - 1);
                long sum = distance + next;
                if (Long.compareUnsigned(sum, distance) >= 0 && Long.compareUnsigned(sum, bytes) <= 0) {
                    return new PageSizes(size, distance / size);
                }
            }
        }
        return new PageSizes(size, Long.divideUnsigned(bytes, size));
    }

    private static long upTo(long bytes) {
        long highest = Long.highestOneBit(bytes);
        return highest | highest - 1;
    }
}
