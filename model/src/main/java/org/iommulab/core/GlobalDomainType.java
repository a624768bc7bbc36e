package org.iommulab.core;

import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** The type of default domains when nobody wishes for another: iommu_def_domain_type (drivers/iommu/iommu.c). */
final class GlobalDomainType {
    private static final Term DEFAULT_TYPE = LogText.of("<6>iommu: Default domain type: Translated ");
    private static final Term DEFAULT_TYPE_65 = LogText.of("<6>iommu: Default domain type: Translated");
    private static final Term DEFAULT_PASSTHROUGH =
            LogText.of("<6>iommu: Default domain type: Passthrough (set via kernel command line)");
    private static final Term STRICT = LogText.of("<6>iommu: DMA domain TLB invalidation policy: strict mode ");
    private static final Term STRICT_65 = LogText.of("<6>iommu: DMA domain TLB invalidation policy: strict mode");
    private static final Term LAZY =
            LogText.of("<6>iommu: DMA domain TLB invalidation policy: lazy mode (set via kernel command line)");

    private final Kernel kernel;
    private final DomainType type;

    GlobalDomainType(Kernel kernel) {
        this.kernel = kernel;
        this.type = choose(kernel.build().commandLine());
    }

    // Strict is the build default everywhere but on x86 (CONFIG_IOMMU_DEFAULT_DMA_STRICT), and no board here is x86.
    private static DomainType choose(String commandLine) {
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
        boolean trimmed = kernel.has(Behaviour.LOG_WITHOUT_TRAILING_BLANK);
        if (type == DomainType.IDENTITY) {
            kernel.log().line(DEFAULT_PASSTHROUGH, kernel, 0, 0);
        } else {
            Term strict = trimmed ? STRICT_65 : STRICT;
            kernel.log().line(trimmed ? DEFAULT_TYPE_65 : DEFAULT_TYPE, kernel, 0, 0);
            kernel.log().line(type == DomainType.DMA_FQ ? LAZY : strict, kernel, 0, 0);
        }
    }

    DomainType type() {
        return type;
    }
}
