package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * Which domain the DMA API gets, where none will do as well (drivers/iommu/iommu.c: iommu_get_default_domain_type,
 * iommu_alloc_default_domain, iommu_group_alloc_default_domain; v6.1 to v6.4).
 */
final class DefaultDomains {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ALLOC = Term.function("iommu_group_alloc_default_domain", IOMMU_C);
    static final Term FALLBACK =
            LogText.of("<4>iommu: Failed to allocate default IOMMU domain of type %d for group (null) - Falling back to"
                    + " IOMMU_DOMAIN_DMA");

    private final Kernel kernel;
    private final Domains domains;
    private final GlobalDomainType globalType;

    DefaultDomains(Kernel kernel, Domains domains, GlobalDomainType globalType) {
        this.kernel = kernel;
        this.domains = domains;
        this.globalType = globalType;
    }

    /** iommu_alloc_default_domain for one device: its driver's wish, else the global type. */
    long allocFor(Group group, Device device) {
        if (!group.defaultDomain().isNull()) {
            return 0;
        }
        DomainType type = Attaching.opsOf(device).defDomainType(device).orElseGet(globalType::type);
        return allocForGroup(group, type);
    }

    /** iommu_group_alloc_default_domain: the type, then DMA; then nothing, without a word. */
    long allocForGroup(Group group, DomainType type) {
        return kernel.call(ALLOC, group, () -> {
            DriverOps ops = Attaching.opsOf(group.devices().toList().getFirst());
            Optional<IommuDomain> domain = domains.alloc(ops, type);
            if (domain.isEmpty() && type != DomainType.DMA) {
                domain = domains.alloc(ops, DomainType.DMA);
                if (domain.isPresent()) {
                    kernel.log().line(FALLBACK, kernel, type.number(), 0);
                }
            }
            if (domain.isEmpty()) {
                return Errno.ENOMEM.negative();
            }
            group.defaultDomain().set(domain.get());
            if (group.domain().isNull()) {
                group.domain().set(domain.get());
            }
            return 0;
        });
    }

    DomainType globalType() {
        return globalType.type();
    }
}
