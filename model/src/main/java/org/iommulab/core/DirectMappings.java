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
 * iommu_create_device_direct_mappings).
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

    /**
     * Maps what is not mapped yet. Up to v6.5 nothing is asked of a domain that is not the DMA API's; from then on what
     * firmware uses for ever is noted in any case. 0, or the error of the first mapping that failed.
     */
    long create(IommuDomain domain, Device device) {
        boolean notes = kernel.has(Behaviour.DEFAULT_DOMAIN_MANDATORY);
        if (!notes && !domain.type().isDmaApi()) {
            return 0;
        }
        return kernel.call(CREATE, device, domain, () -> {
            if (domain.type().isDmaApi() && domain.pgsizeBitmap() == 0) {
                if (!notes) {
                    throw kernel.log().bug(CREATE, device);
                }
                noPageSizes.fire(device);
                return Errno.EINVAL.negative();
            }
            List<ResvRegion> regions = ReservedRegions.of(kernel, device);
            if (notes && regions.stream().anyMatch(region -> region.type() == ResvRegion.Type.DIRECT)) {
                DevIommu.find(device).orElseThrow().requireDirect().set(true);
            }
            return domain.type().isDmaApi() ? map(domain, regions) : 0;
        });
    }

    private long map(IommuDomain domain, List<ResvRegion> all) {
        List<ResvRegion> regions =
                all.stream().filter(region -> region.type().isDirect()).toList();
        for (ResvRegion region : regions) {
            long error = mapRegion(domain, region);
            if (error != 0) {
                return error;
            }
        }
        boolean flush = !kernel.has(Behaviour.STATIC_DOMAINS) || !regions.isEmpty();
        if (flush && domain.ops().require().has(Callback.FLUSH_IOTLB_ALL)) {
            domain.ops().require().onDomain(Callback.FLUSH_IOTLB_ALL, domain);
        }
        return 0;
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
