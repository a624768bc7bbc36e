package org.iommulab.core;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Term;

/**
 * What the firmware wants mapped 1:1 goes into a device's default domain (drivers/iommu/iommu.c:
 * iommu_create_device_direct_mappings). That a device refuses to be blocked then
 * (require_direct, v6.6) is not modelled.
 */
final class DirectMappings {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term CREATE = Term.function("iommu_create_device_direct_mappings", IOMMU_C);

    private final Kernel kernel;
    private final Mapping mapping;
    private final WarnOnce noPageSizes;

    DirectMappings(Kernel kernel, Mapping mapping) {
        this.kernel = kernel;
        this.mapping = mapping;
        this.noPageSizes = new WarnOnce(kernel, CREATE);
    }

    /** Maps what is not mapped yet. 0, or the error of the first mapping that failed. */
    long create(IommuDomain domain, Device device) {
        if (!domain.type().isDmaApi()) {
            return 0;
        }
        return kernel.call(CREATE, device, domain, () -> {
            if (domain.pgsizeBitmap() == 0) {
                if (!kernel.has(Behaviour.DEFAULT_DOMAIN_MANDATORY)) {
                    throw kernel.log().bug(CREATE, device);
                }
                noPageSizes.fire(device);
                return Errno.EINVAL.negative();
            }
            List<ResvRegion> regions = ReservedRegions.of(kernel, device).stream()
                    .filter(region -> region.type().isDirect())
                    .toList();
            long error = 0;
            for (ResvRegion region : regions) {
                error = error == 0 ? mapRegion(domain, region) : error;
            }
            boolean flush = !kernel.has(Behaviour.STATIC_DOMAINS) || !regions.isEmpty();
            if (error == 0 && flush && domain.ops().require().has(Callback.FLUSH_IOTLB_ALL)) {
                domain.ops().require().onDomain(Callback.FLUSH_IOTLB_ALL, domain);
            }
            return error;
        });
    }

    // both ends are rounded up to a page; what is mapped already is left out
    private long mapRegion(IommuDomain domain, ResvRegion region) {
        long page = Long.lowestOneBit(domain.pgsizeBitmap());
        long start = region.start() + page - 1 & -page;
        long end = region.start() + region.length() + page - 1 & -page;
        long run = 0;
        for (long at = start; at <= end; at += page) {
            boolean open = at < end && mapping.iovaToPhys(domain, at) == 0;
            if (open) {
                run += page;
            } else if (run > 0) {
                long error = mapping.map(domain, at - run, at - run, run, region.prot());
                if (error != 0) {
                    return error;
                }
                run = 0;
            }
        }
        return 0;
    }
}
