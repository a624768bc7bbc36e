package org.iommulab.backend.virtio;

import java.util.OptionalInt;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** viommu_attach_dev and viommu_detach_dev (drivers/iommu/virtio-iommu.c). */
final class ViommuAttach {
    private static final String FILE = "drivers/iommu/virtio-iommu.c";
    private static final Term FINALISE = Term.function("viommu_domain_finalise", FILE);
    private static final Term DETACH = Term.function("viommu_detach_dev", FILE);
    private static final Term GRANULE = LogText.of("<3>granule 0x%x larger than system page size 0x%x");
    private static final Term FOREIGN = LogText.of("<3>cannot attach to foreign vIOMMU");

    private final Kernel kernel;
    private final ViommuMapper mapper;

    ViommuAttach(Kernel kernel, ViommuMapper mapper) {
        this.kernel = kernel;
        this.mapper = mapper;
    }

    /**
     * The host takes the device out of its old domain by itself. An error of a request leaves the old domain's count one
     * too low, and the device wherever the host has put it.
     */
    long attach(ViommuDomain domain, Device device) {
        ViommuEndpoint endpoint = ViommuEndpoint.of(device);
        long error = domain.mutex().with(() -> {
            if (domain.viommu().isNull()) {
                return kernel.driverCall(FINALISE, domain, () -> finalise(endpoint, domain));
            }
            return domain.viommu().is(endpoint.viommu()) ? 0 : foreign(device);
        });
        if (error != 0) {
            return error;
        }
        endpoint.domain().get().ifPresent(old -> old.endpoints().add(-1));
        int flags = domain.bypass().get() ? ViommuLayout.ATTACH_BYPASS : 0;
        for (int id : DevIommu.idsOf(device)) {
            var request = new ViommuRequest.Attach((int) domain.domainId().get(), id, flags);
            error = domain.viommu().require().requests().send(request);
            if (error != 0) {
                return error;
            }
        }
        if (!domain.endpoints().isSet()) {
            error = mapper.replay(domain);
            if (error != 0) {
                return error;
            }
        }
        domain.endpoints().add(1);
        endpoint.domain().set(domain);
        return 0;
    }

    private long foreign(Device device) {
        if (kernel.since(Version.V6_2)) {
            return Errno.EINVAL.negative();
        }
        kernel.log().line(FOREIGN, device, 0, 0);
        return Errno.EXDEV.negative();
    }

    private long finalise(ViommuEndpoint endpoint, ViommuDomain domain) {
        ViommuDev viommu = endpoint.viommu();
        long granule = Long.lowestOneBit(viommu.pageSizes().get());
        if (Long.compareUnsigned(granule, kernel.pageBytes()) > 0) {
            kernel.log().line(GRANULE, endpoint.device(), granule, kernel.pageBytes());
            return kernel.since(Version.V6_2) ? Errno.ENODEV.negative() : Errno.EINVAL.negative();
        }
        OptionalInt id = viommu.freeDomainId();
        if (id.isEmpty()) {
            return Errno.ENOSPC.negative();
        }
        domain.domainId().set(id.getAsInt());
        domain.sizes().set(viommu.pageSizes().get());
        domain.mapFlags().set(viommu.mapFlags().get());
        domain.viommu().set(viommu);
        viommu.domains().add(domain);
        if (domain.type() == DomainType.IDENTITY) {
            if (viommu.has(ViommuLayout.F_BYPASS_CONFIG)) {
                domain.bypass().set(true);
            } else {
                mapper.mapIdentity(endpoint, domain);
            }
        }
        return 0;
    }

    void detach(ViommuEndpoint endpoint) {
        kernel.driverRun(DETACH, endpoint.device(), () -> {
            if (endpoint.domain().isNull()) {
                return;
            }
            ViommuDomain domain = endpoint.domain().require();
            for (int id : DevIommu.idsOf(endpoint.device())) {
                var request = new ViommuRequest.Detach((int) domain.domainId().get(), id);
                if (endpoint.viommu().requests().send(request) != 0) {
                    kernel.log().warnOn(DETACH, endpoint.device());
                }
            }
            domain.endpoints().add(-1);
            endpoint.domain().setNull();
        });
    }
}
