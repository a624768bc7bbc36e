package org.iommulab.core;

import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** The type of default domains when nobody wishes for another: iommu_def_domain_type (drivers/iommu/iommu.c). */
final class GlobalDomainType {
    private static final Term DEFAULT_TYPE = LogText.of("<6>iommu: Default domain type: Translated ");
    private static final Term DEFAULT_TYPE_65 = LogText.of("<6>iommu: Default domain type: Translated");
    private static final Term DEFAULT_PASSTHROUGH =
            LogText.of("<6>iommu: Default domain type: Passthrough (set via kernel command line)");
    private static final Term STRICT = LogText.of("<6>iommu: DMA domain TLB invalidation policy: strict mode ");
    private static final Term STRICT_65 = LogText.of("<6>iommu: DMA domain TLB invalidation policy: strict mode");
    private static final Term STRICT_ASKED =
            LogText.of("<6>iommu: DMA domain TLB invalidation policy: strict mode (set via kernel command line)");
    private static final Term LAZY = LogText.of("<6>iommu: DMA domain TLB invalidation policy: lazy mode ");
    private static final Term LAZY_65 = LogText.of("<6>iommu: DMA domain TLB invalidation policy: lazy mode");
    private static final Term LAZY_ASKED =
            LogText.of("<6>iommu: DMA domain TLB invalidation policy: lazy mode (set via kernel command line)");

    private static final Term SET_STRICT = Term.function("iommu_set_dma_strict", "drivers/iommu/iommu.c");

    private final Kernel kernel;
    private final DomainType type;
    private final FlagCell strict;

    GlobalDomainType(Kernel kernel) {
        this.kernel = kernel;
        this.type = choose(kernel);
        this.strict = new FlagCell(kernel, Lane.CORE, Term.flag("iommu_dma_strict"));
        this.strict.setQuietly(type == DomainType.DMA);
    }

    private static DomainType choose(Kernel kernel) {
        String commandLine = kernel.build().commandLine();
        if (isSet(commandLine, "iommu.passthrough", "1")) {
            return DomainType.IDENTITY;
        }
        if (isSet(commandLine, "iommu.strict", "1")) {
            return DomainType.DMA;
        }
        return isSet(commandLine, "iommu.strict", "0") || isLazyByDefault(kernel) ? DomainType.DMA_FQ : DomainType.DMA;
    }

    // CONFIG_IOMMU_DEFAULT_DMA_LAZY: x86, and s390 since dma-iommu is used there
    private static boolean isLazyByDefault(Kernel kernel) {
        return kernel.config("X86") || kernel.config("S390") && kernel.config("IOMMU_DMA");
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
        if (type() == DomainType.IDENTITY) {
            kernel.log().line(DEFAULT_PASSTHROUGH, kernel, 0, 0);
        } else {
            kernel.log().line(trimmed ? DEFAULT_TYPE_65 : DEFAULT_TYPE, kernel, 0, 0);
            kernel.log().line(policy(trimmed), kernel, 0, 0);
        }
    }

    private Term policy(boolean trimmed) {
        String commandLine = kernel.build().commandLine();
        boolean lazy = type() == DomainType.DMA_FQ;
        if (isSet(commandLine, "iommu.strict", lazy ? "0" : "1")) {
            return lazy ? LAZY_ASKED : STRICT_ASKED;
        }
        if (lazy) {
            return trimmed ? LAZY_65 : LAZY;
        }
        return trimmed ? STRICT_65 : STRICT;
    }

    /** The type now: a driver may have forced DMA_FQ to DMA since boot. */
    DomainType type() {
        return type == DomainType.DMA_FQ && strict.get() ? DomainType.DMA : type;
    }

    /** iommu_set_dma_strict: a driver's units would gain nothing from invalidating late. */
    void setStrict() {
        kernel.run(SET_STRICT, kernel, () -> strict.set(true));
    }
}
