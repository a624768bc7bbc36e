package org.iommulab.core;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * What architecture and drivers leave to choose of a group's default domain (drivers/iommu/iommu.c:
 * iommu_get_default_domain_type, v6.7).
 */
final class WishedType {
    private static final Term TYPE = Term.function("iommu_get_default_domain_type", "drivers/iommu/iommu.c");
    private static final Map<List<DomainType>, Term> CONFLICTS = conflicts();
    private static final Map<DomainType, Term> OVERRIDDEN = overridden();

    private final Kernel kernel;

    WishedType(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * What is wished for.
     *
     * @param impossible whether nothing can be right, so that the group's devices are not probed
     * @param type the type; empty for any
     */
    record Wish(boolean impossible, Optional<DomainType> type) {}

    // A log format for each type or pair of types, made once: a format may not depend on a run.
    private static Map<List<DomainType>, Term> conflicts() {
        var lines = new HashMap<List<DomainType>, Term>();
        for (DomainType one : DomainType.values()) {
            for (DomainType other : DomainType.values()) {
                lines.put(
                        List.of(one, other),
                        LogText.of("<3>IOMMU driver error, requesting conflicting def_domain_type, " + one.logged()
                                + " and " + other.logged() + ", for devices in group %d."));
            }
        }
        return lines;
    }

    private static Map<DomainType, Term> overridden() {
        var lines = new EnumMap<DomainType, Term>(DomainType.class);
        for (DomainType type : DomainType.values()) {
            lines.put(
                    type,
                    LogText.of("<3>Device is not trusted, but driver is overriding group %d to " + type.logged()
                            + ", refusing to probe."));
        }
        return lines;
    }

    /** The wish of a group. */
    Wish of(Group group) {
        // the glue of 32-bit ARM installs its own domain over it later
        boolean glue = kernel.config("ARM") && kernel.config("ARM_DMA_USE_IOMMU");
        Optional<DomainType> type = glue ? Optional.of(DomainType.IDENTITY) : Optional.empty();
        Optional<Device> untrusted = Optional.empty();
        for (Device device : group.devices().toList()) {
            type = combined(group, device, type);
            if (PciFunction.isUntrusted(device)) {
                if (glue) {
                    return refused(group);
                }
                untrusted = Optional.of(device);
            }
        }
        if (!kernel.config("IOMMU_DMA")) {
            if (type.filter(wanted -> wanted == DomainType.DMA).isPresent()) {
                return refused(group);
            }
            type = type.or(() -> Optional.of(DomainType.IDENTITY));
        }
        return untrusted.isPresent() ? translated(group, untrusted.get(), type) : new Wish(false, type);
    }

    private Wish refused(Group group) {
        kernel.log().warnOn(TYPE, group);
        return new Wish(true, Optional.empty());
    }

    private Wish translated(Group group, Device untrusted, Optional<DomainType> type) {
        Optional<DomainType> other = type.filter(wanted -> wanted != DomainType.DMA);
        if (other.isPresent()) {
            Term line = Objects.requireNonNull(OVERRIDDEN.get(other.get()));
            kernel.log().line(line, untrusted, group.number(), 0);
            return new Wish(true, type);
        }
        return new Wish(false, Optional.of(DomainType.DMA));
    }

    // iommu_get_def_domain_type: IDENTITY wins where devices of a group disagree
    private Optional<DomainType> combined(Group group, Device device, Optional<DomainType> before) {
        DriverOps ops = Attaching.opsOf(device);
        Optional<DomainType> wish =
                ops.staticDomain(Callback.DEFAULT_DOMAIN).map(IommuDomain::type).or(() -> ops.defDomainType(device));
        if (wish.isEmpty() || wish.equals(before)) {
            return before;
        }
        if (before.isEmpty()) {
            return wish;
        }
        Term line = Objects.requireNonNull(CONFLICTS.get(List.of(before.get(), wish.get())));
        kernel.log().line(line, device, group.number(), 0);
        return wish.get() == DomainType.IDENTITY ? wish : before;
    }
}
