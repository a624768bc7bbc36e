package org.iommulab.user.iommufd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.ReservedRegions;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code struct io_pagetable}: which addresses of an IOAS are mapped, reserved or allowed, and its domains. */
final class IoPagetable {
    static final String FILE = "drivers/iommu/iommufd/io_pagetable.c";

    private static final Term RESERVE = Term.of("iopt_reserve_iova", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term ENFORCE =
            Term.of("iopt_table_enforce_dev_resv_regions", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term REMOVE_RESERVED =
            Term.of("iopt_remove_reserved_iova", FILE, Operand.OBJECT, Operand.NONE, Operand.NONE);

    private final Ioas owner;
    private final Kernel kernel;
    private final RefList<IoArea> areas;
    private final RefList<IoReserved> reserved;
    private final RefList<IoReserved> allowed;
    private final RefList<IommuDomain> domains;
    private final LongCell alignment;

    IoPagetable(Ioas owner) {
        this.owner = owner;
        this.kernel = owner.ctx().module().kernel();
        this.areas = new RefList<>(owner, IoArea.class);
        this.reserved = new RefList<>(owner, IoReserved.class);
        this.allowed = new RefList<>(owner, IoReserved.class);
        this.domains = new RefList<>(owner, IommuDomain.class);
        this.alignment = new LongCell(owner, Lane.USER, Term.hex("iova_alignment"));
        alignment.setQuietly(1);
    }

    /** Mappings, ascending. */
    List<IoArea> areas() {
        return areas.toList().stream()
                .sorted(Comparator.comparing(IoArea::start, Long::compareUnsigned))
                .toList();
    }

    RefList<IoArea> areaList() {
        return areas;
    }

    /** In the order of joining; one that goes is replaced by the last. */
    RefList<IommuDomain> domains() {
        return domains;
    }

    /** Every address and length is a multiple of it: 1 while there is no domain. */
    LongCell alignment() {
        return alignment;
    }

    Optional<IoArea> firstArea(long start, long last) {
        return areas().stream()
                .filter(area -> area.range().overlaps(start, last))
                .findFirst();
    }

    boolean isReserved(long start, long last) {
        return overlaps(reserved, start, last);
    }

    private static boolean overlaps(RefList<IoReserved> list, long start, long last) {
        return list.toList().stream().anyMatch(each -> each.range().overlaps(start, last));
    }

    /** iopt_reserve_iova: -EADDRINUSE when something there is mapped, or allowed. */
    long reserve(long start, long last, SimObject who) {
        return owner.machine().call(Lane.USER, RESERVE, owner, start, last, () -> {
            if (firstArea(start, last).isPresent() || overlaps(allowed, start, last)) {
                return Errno.EADDRINUSE.negative();
            }
            reserved.add(new IoReserved(new IoRange(start, last), who));
            return 0;
        });
    }

    void removeReserved(SimObject who) {
        reserved.toList().stream().filter(each -> each.owner() == who).forEach(reserved::remove);
    }

    /** iopt_remove_reserved_iova for a device. */
    void removeReservedOf(Device device) {
        owner.machine().run(Lane.USER, REMOVE_RESERVED, owner, device.id(), 0, () -> removeReserved(device));
    }

    /**
     * iopt_table_enforce_dev_resv_regions: 0, -EADDRINUSE for what is in use, -EINVAL for windows that make no sense.
     *
     * @param group where the start of a software window for interrupts is kept; empty for a replacement
     */
    long enforce(Device device, Optional<IommufdGroup> group) {
        return owner.machine().call(Lane.USER, ENFORCE, owner, device.id(), 0, () -> {
            List<ResvRegion> regions = ReservedRegions.of(kernel, device);
            for (ResvRegion region : regions) {
                if (region.type() == ResvRegion.Type.DIRECT_RELAXABLE) {
                    continue;
                }
                if (region.type() == ResvRegion.Type.SW_MSI) {
                    group.ifPresent(own -> own.softwareMsi().set(region.start()));
                }
                long error = reserve(region.start(), region.last(), device);
                if (error != 0) {
                    removeReserved(device);
                    return error;
                }
            }
            return group.isPresent() ? checkWindows(device, regions) : 0;
        });
    }

    private long checkWindows(Device device, List<ResvRegion> regions) {
        long software = regions.stream()
                .filter(region -> region.type() == ResvRegion.Type.SW_MSI)
                .count();
        boolean hardware = regions.stream().anyMatch(region -> region.type() == ResvRegion.Type.MSI);
        if (software > 1 || software == 1 && hardware) {
            kernel.log().warnOn(ENFORCE, device);
            removeReserved(device);
            return Errno.EINVAL.negative();
        }
        return 0;
    }

    /** iopt_set_allow_iova: -EADDRINUSE when one of them is reserved; then everything is as it was. */
    long allow(List<IoRange> ranges) {
        if (ranges.stream().anyMatch(range -> isReserved(range.start(), range.last()))) {
            return Errno.EADDRINUSE.negative();
        }
        allowed.clear();
        ranges.forEach(range -> allowed.add(new IoReserved(range, owner)));
        return 0;
    }

    /** The parts of a range that may be given out: all of it without a list; allowed ranges side by side are one. */
    List<IoRange> usable(IoRange range) {
        return allowed.isEmpty() ? List.of(range) : holes(range, holes(range, sorted(allowed)));
    }

    /** What is not reserved. */
    List<IoRange> holes() {
        return holes(new IoRange(0, -1), sorted(reserved));
    }

    /** What is neither reserved nor mapped, inside a range. */
    List<IoRange> freeIn(IoRange range) {
        var used = new ArrayList<>(sorted(reserved));
        areas().forEach(area -> used.add(area.range()));
        used.sort(Comparator.comparing(IoRange::start, Long::compareUnsigned));
        return holes(range, used);
    }

    private static List<IoRange> sorted(RefList<IoReserved> list) {
        return list.toList().stream()
                .map(IoReserved::range)
                .sorted(Comparator.comparing(IoRange::start, Long::compareUnsigned))
                .toList();
    }

    private static List<IoRange> holes(IoRange range, List<IoRange> used) {
        var holes = new ArrayList<IoRange>();
        long next = range.start();
        for (IoRange each : used) {
            if (!each.overlaps(range.start(), range.last())) {
                continue;
            }
            if (Long.compareUnsigned(each.start(), next) > 0) {
                holes.add(new IoRange(next, each.start() - 1));
            }
            if (Long.compareUnsigned(each.last(), range.last()) >= 0) {
                return holes;
            }
            next = Long.compareUnsigned(each.last() + 1, next) > 0 ? each.last() + 1 : next;
        }
        holes.add(new IoRange(next, range.last()));
        return holes;
    }
}
