package org.iommulab.backend.s390;

import java.util.function.BooleanSupplier;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code zdev->iommu_bitmap} and {@code lazy_bitmap}: next fit, upwards. What was given back is only free again when the
 * end was reached and all translations were refreshed once, unless the kernel was told to be strict. That no range may
 * cross 4 GiB (the segment boundary) is not modelled.
 */
final class ZpciAddresses extends SimObject {
    private static final long NONE = -1;

    private final Zdev zdev;
    private final long pages;
    private final boolean strict;
    private final RefList<Range> ranges;
    private final LongCell nextBit;

    ZpciAddresses(Zdev zdev, long pages, boolean strict) {
        super(zdev.machine());
        this.zdev = zdev;
        this.pages = pages;
        this.strict = strict;
        this.ranges = new RefList<>(this, Range.class);
        this.nextBit = new LongCell(this, Lane.DRIVER, Term.count("next_bit"));
    }

    @Override
    public String label() {
        return "addresses of " + zdev.label();
    }

    /**
     * dma_alloc_address.
     *
     * @param refreshAll the refresh that makes lazily freed addresses usable; whether it failed
     * @return the number of the first page, or -1
     */
    long allocate(long count, BooleanSupplier refreshAll) {
        long first = find(nextBit.get(), count);
        if (first == NONE) {
            if (!strict) {
                if (refreshAll.getAsBoolean()) {
                    return NONE;
                }
                freeLazy();
            }
            first = find(0, count);
        }
        if (first != NONE) {
            ranges.add(new Range(machine(), first, count));
            nextBit.setQuietly(first + count);
        }
        return first;
    }

    // iommu_area_alloc
    private long find(long from, long count) {
        long at = from;
        while (at + count <= pages) {
            long first = at;
            Range hit = ranges.toList().stream()
                    .filter(r -> r.first < first + count && first < r.first + r.count)
                    .reduce((a, b) -> a.first < b.first ? a : b)
                    .orElse(null);
            if (hit == null) {
                return at;
            }
            at = hit.first + hit.count;
        }
        return NONE;
    }

    /** dma_free_address. */
    void free(long first) {
        ranges.toList().stream().filter(r -> r.first == first).findFirst().ifPresent(range -> {
            if (strict) {
                ranges.remove(range);
            } else {
                range.lazy.setQuietly(true);
            }
        });
    }

    /** The hypervisor has heard of everything that was unmapped. */
    void freeLazy() {
        ranges.toList().stream().filter(r -> r.lazy.get()).forEach(ranges::remove);
    }

    private static final class Range extends SimObject {
        private final long first;
        private final long count;
        private final FlagCell lazy;

        Range(Machine machine, long first, long count) {
            super(machine);
            this.first = first;
            this.count = count;
            this.lazy = new FlagCell(this, Lane.DRIVER, Term.flag("lazy"));
        }

        @Override
        public String label() {
            return "range of " + count + " pages";
        }
    }
}
