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

    private ReservedRegions() {}

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
