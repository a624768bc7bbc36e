package org.iommulab.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Which domain the DMA API gets, where none will do as well (drivers/iommu/iommu.c: iommu_get_default_domain_type,
 * iommu_alloc_default_domain, iommu_group_alloc_default_domain; v6.1 to v6.4).
 */
final class DefaultDomains {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ALLOC = Term.function("iommu_group_alloc_default_domain", IOMMU_C);
    /** It tells the group's name: of the groups that have one none gets here, as tegra-smmu has no DMA domain either. */
    static final Term FALLBACK =
            LogText.of("<4>iommu: Failed to allocate default IOMMU domain of type %d for group (null) - Falling back to"
                    + " IOMMU_DOMAIN_DMA");

    private static final Map<List<DomainType>, Term> CONFLICTS = conflicts();

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
        return allocForGroup(group, wishOf(device).orElseGet(globalType::type));
    }

    /** iommu_get_def_domain_type: the device's own wish; one that nobody trusts is translated, and never lazily. */
    static Optional<DomainType> wishOf(Device device) {
        return PciFunction.isUntrusted(device)
                ? Optional.of(DomainType.DMA)
                : Attaching.opsOf(device).defDomainType(device);
    }

    /** probe_get_default_domain_type of each: the first wish, until one differs; then none counts any more. */
    DomainType typeFor(Group group) {
        Optional<Device> first = Optional.empty();
        Optional<DomainType> type = Optional.empty();
        for (Device device : group.devices().toList()) {
            Optional<DomainType> wish = wishOf(device);
            if (wish.isPresent() && first.isEmpty()) {
                first = Optional.of(device);
                type = wish;
            } else if (wish.isPresent() && type.isPresent() && !wish.equals(type)) {
                Term line = Objects.requireNonNull(CONFLICTS.get(List.of(wish.get(), type.get())));
                kernel.log().line(line, device, first.map(SimObject::id).orElse(0), 0);
                type = Optional.empty();
            }
        }
        return type.orElseGet(globalType::type);
    }

    // A log format for each pair of types, made once: a format may not depend on a run.
    private static Map<List<DomainType>, Term> conflicts() {
        var lines = new HashMap<List<DomainType>, Term>();
        for (DomainType one : DomainType.values()) {
            for (DomainType other : DomainType.values()) {
                lines.put(
                        List.of(one, other),
                        LogText.of("<4>Device needs domain type " + one.logged()
                                + ", but device %o in the same iommu group requires type " + other.logged()
                                + " - using default"));
            }
        }
        return lines;
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
