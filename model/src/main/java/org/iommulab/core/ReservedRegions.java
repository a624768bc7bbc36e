package org.iommulab.core;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** What a device's IOMMU driver says of addresses that are not free (drivers/iommu/iommu.c: iommu_get_resv_regions). */
public final class ReservedRegions {
    private static final Term GET =
            Term.of("iommu_get_resv_regions", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.DECIMAL);

    private static final Term GET_OF_GROUP = Term.of(
            "iommu_get_group_resv_regions", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.DECIMAL);

    private ReservedRegions() {}

    /**
     * iommu_get_group_resv_regions: of all members, sorted by start and type; those of one type that overlap or touch are
     * one.
     */
    public static List<ResvRegion> ofGroup(Kernel kernel, Group group) {
        var merged = new ArrayList<ResvRegion>();
        kernel.call(GET_OF_GROUP, group, () -> {
            group.devices().toList().forEach(device -> of(kernel, device).forEach(region -> insert(merged, region)));
            return merged.size();
        });
        return List.copyOf(merged);
    }

    // iommu_insert_resv_region
    private static void insert(List<ResvRegion> sorted, ResvRegion region) {
        int at = 0;
        while (at < sorted.size() && isBefore(sorted.get(at), region)) {
            at++;
        }
        sorted.add(at, region);
        var merged = new ArrayList<ResvRegion>();
        for (ResvRegion each : sorted) {
            int top = each.type() == region.type() ? lastOfType(merged, each.type()) : -1;
            if (top >= 0 && Long.compareUnsigned(each.start(), merged.get(top).last() + 1) <= 0) {
                merged.set(top, merged.get(top).upTo(each.last()));
            } else {
                merged.add(each);
            }
        }
        sorted.clear();
        sorted.addAll(merged);
    }

    private static boolean isBefore(ResvRegion placed, ResvRegion region) {
        int order = Long.compareUnsigned(placed.start(), region.start());
        return order < 0 || order == 0 && placed.type().compareTo(region.type()) < 0;
    }

    private static int lastOfType(List<ResvRegion> regions, ResvRegion.Type type) {
        for (int i = regions.size() - 1; i >= 0; i--) {
            if (regions.get(i).type() == type) {
                return i;
            }
        }
        return -1;
    }

    /** The regions in the driver's order; none where it has no callback for them. */
    public static List<ResvRegion> of(Kernel kernel, Device device) {
        DriverOps ops = Attaching.opsOf(device);
        if (!ops.has(Callback.GET_RESV_REGIONS)) {
            return List.of();
        }
        var regions = new ArrayList<ResvRegion>();
        kernel.machine().call(Lane.CORE, GET, device, 0, 0, () -> {
            regions.addAll(ops.resvRegions(device));
            return regions.size();
        });
        return List.copyOf(regions);
    }
}
