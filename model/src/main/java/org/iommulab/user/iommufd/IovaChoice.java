package org.iommulab.user.iommufd;

import java.util.Optional;
import org.iommulab.kernel.Errno;

/**
 * iopt_alloc_iova: an address for a program that does not care, the lowest that fits; never 0, and aligned so that huge
 * pages of the program can be huge pages of the IOMMU.
 */
final class IovaChoice {
    /** HPAGE_SIZE with 4 KiB pages; the lab's kernels have transparent huge pages. */
    private static final long HUGE = 2 << 20;

    private final IoPagetable table;
    private final long page;

    IovaChoice(IoPagetable table, long page) {
        this.table = table;
        this.page = page;
    }

    /** The address, or -EOVERFLOW, -EINVAL for memory that is not aligned as the IOMMU needs it, -ENOSPC. */
    record Chosen(long error, long iova) {}

    /** @param address the user's address of the memory */
    Chosen choose(long address, long length) {
        if (length == 0 || Long.compareUnsigned(length, -1L >>> 1) >= 0) {
            return new Chosen(Errno.EOVERFLOW.negative(), 0);
        }
        long alignment = Long.highestOneBit(length) == length ? length : Long.highestOneBit(length) << 1;
        if (address != 0) {
            alignment = Math.min(alignment, Long.lowestOneBit(address));
        }
        alignment = Math.min(alignment, HUGE);
        if (alignment < table.alignment().get()) {
            return new Chosen(Errno.EINVAL.negative(), 0);
        }
        for (IoRange range : table.usable(new IoRange(page, -1 - page))) {
            Optional<Long> found = in(range, length, alignment, address % page);
            if (found.isPresent()) {
                return new Chosen(0, found.get());
            }
        }
        return new Chosen(Errno.ENOSPC.negative(), 0);
    }

    private Optional<Long> in(IoRange range, long length, long alignment, long pageOffset) {
        for (IoRange hole : table.freeIn(range)) {
            long start = hole.start() + alignment - 1 & -alignment | pageOffset;
            boolean wrapped = Long.compareUnsigned(start, hole.start()) < 0;
            if (!wrapped
                    && Long.compareUnsigned(start, hole.last()) <= 0
                    && new IoRange(start, hole.last()).holds(length)) {
                return Optional.of(start);
            }
        }
        return Optional.empty();
    }
}
