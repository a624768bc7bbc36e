package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * Which domain the DMA API gets (drivers/iommu/iommu.c: iommu_get_default_domain_type, iommu_alloc_default_domain,
 * iommu_group_alloc_default_domain; v6.1 to v6.4).
 */
public final class DefaultDomains {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ALLOC = Term.function("iommu_group_alloc_default_domain", IOMMU_C);
    private static final Term FALLBACK =
            LogText.of("<4>iommu: Failed to allocate default IOMMU domain of type %d for group (null) - Falling back to"
                    + " IOMMU_DOMAIN_DMA");
    private static final Term DEFAULT_TYPE = LogText.of("<6>iommu: Default domain type: Translated ");
    private static final Term DEFAULT_PASSTHROUGH =
            LogText.of("<6>iommu: Default domain type: Passthrough (set via kernel command line)");
    private static final Term STRICT = LogText.of("<6>iommu: DMA domain TLB invalidation policy: strict mode ");
    private static final Term LAZY =
            LogText.of("<6>iommu: DMA domain TLB invalidation policy: lazy mode (set via kernel command line)");

    private final Kernel kernel;
    private final Domains domains;
    private final DomainType globalType;

    DefaultDomains(Kernel kernel, Domains domains) {
        this.kernel = kernel;
        this.domains = domains;
        this.globalType = chooseGlobalType(kernel.build().commandLine());
    }

    // Strict is the build default everywhere but on x86 (CONFIG_IOMMU_DEFAULT_DMA_STRICT), and no board here is x86.
    private static DomainType chooseGlobalType(String commandLine) {
        if (isSet(commandLine, "iommu.passthrough", "1")) {
            return DomainType.IDENTITY;
        }
        return isSet(commandLine, "iommu.strict", "0") ? DomainType.DMA_FQ : DomainType.DMA;
    }

    private static boolean isSet(String commandLine, String name, String value) {
        for (String word : commandLine.split("\\s+")) {
            if (word.equals(name + "=" + value)) {
                return true;
            }
        }
        return false;
    }

    /** iommu_subsys_init: what the kernel says at boot. */
    void announce() {
        if (globalType == DomainType.IDENTITY) {
            kernel.log().line(DEFAULT_PASSTHROUGH, kernel, 0, 0);
        } else {
            kernel.log().line(DEFAULT_TYPE, kernel, 0, 0);
            kernel.log().line(globalType == DomainType.DMA_FQ ? LAZY : STRICT, kernel, 0, 0);
        }
    }

    /** iommu_alloc_default_domain for one device: its driver's wish, else the global type. */
    long allocFor(Group group, Device device) {
        if (!group.defaultDomain().isNull()) {
            return 0;
        }
        DomainType type = Attaching.opsOf(device).defDomainType(device).orElse(globalType);
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
                return org.iommulab.kernel.Errno.ENOMEM.negative();
            }
            group.defaultDomain().set(domain.get());
            if (group.domain().isNull()) {
                group.domain().set(domain.get());
            }
            return 0;
        });
    }

    DomainType globalType() {
        return globalType;
    }
}
