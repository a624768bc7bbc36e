package org.iommulab.user.vfio;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.core.ResvRegion;
import org.iommulab.sim.Machine;

/**
 * The container's {@code iova_list}: which input addresses its user may map, ascending. A list of nodes of three cells
 * (start, last, next); a new list is built beside the old one.
 */
final class IovaRanges {
    private final Machine machine;
    private final int head;

    IovaRanges(Machine machine) {
        this.machine = machine;
        this.head = machine.newCells(1);
    }

    List<IovaRange> toList() {
        var ranges = new ArrayList<IovaRange>();
        for (int node = (int) machine.load(head); node != 0; node = (int) machine.load(node + 2)) {
            ranges.add(new IovaRange(machine.load(node), machine.load(node + 1)));
        }
        return ranges;
    }

    /** vfio_iommu_iova_insert_copy. */
    void set(List<IovaRange> ranges) {
        int next = 0;
        for (IovaRange range : ranges.reversed()) {
            int node = machine.newCells(3);
            machine.store(node, range.start());
            machine.store(node + 1, range.last());
            machine.store(node + 2, next);
            next = node;
        }
        machine.store(head, next);
    }

    /** vfio_iommu_aper_resize: no address outside of the aperture; an empty list becomes the aperture. */
    static List<IovaRange> cut(List<IovaRange> ranges, IovaRange aperture) {
        if (ranges.isEmpty()) {
            return List.of(aperture);
        }
        return ranges.stream()
                .filter(range -> range.overlaps(aperture.start(), aperture.last()))
                .map(range -> new IovaRange(max(range.start(), aperture.start()), min(range.last(), aperture.last())))
                .toList();
    }

    /** vfio_iommu_resv_exclude: no address of a region, save those that a driver may take over. */
    static List<IovaRange> exclude(List<IovaRange> ranges, List<ResvRegion> regions) {
        List<IovaRange> left = ranges;
        for (ResvRegion region : regions) {
            if (region.type() != ResvRegion.Type.DIRECT_RELAXABLE) {
                left = left.stream()
                        .flatMap(range -> without(range, region.start(), region.last()).stream())
                        .toList();
            }
        }
        return left;
    }

    private static List<IovaRange> without(IovaRange range, long start, long last) {
        if (!range.overlaps(start, last)) {
            return List.of(range);
        }
        var left = new ArrayList<IovaRange>();
        if (Long.compareUnsigned(start, range.start()) > 0) {
            left.add(new IovaRange(range.start(), start - 1));
        }
        if (Long.compareUnsigned(last, range.last()) < 0) {
            left.add(new IovaRange(last + 1, range.last()));
        }
        return left;
    }

    static long max(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    static long min(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }
}
