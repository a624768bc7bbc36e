package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * iommu_setup_default_domain: a group gets a default domain, or its devices are not probed (drivers/iommu/iommu.c,
 * v6.7).
 */
final class MandatoryDefault {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term SETUP = Term.function("iommu_setup_default_domain", IOMMU_C);
    private static final Term NO_DIRECT =
            LogText.of("<4>IOMMU driver was not able to establish FW requested direct mapping.");

    private final Kernel kernel;
    private final Domains domains;
    private final UnwindingSetDomain setDomain;
    private final GlobalDomainType globalType;
    private final DirectMappings direct;
    private final WishedType wishes;
    private final FlagCell saidNoDirect;

    MandatoryDefault(
            Kernel kernel,
            Domains domains,
            UnwindingSetDomain setDomain,
            GlobalDomainType globalType,
            DirectMappings direct) {
        this.kernel = kernel;
        this.domains = domains;
        this.setDomain = setDomain;
        this.globalType = globalType;
        this.direct = direct;
        this.wishes = new WishedType(kernel);
        this.saidNoDirect = new FlagCell(kernel, Lane.CORE, Term.flag("said: no direct mapping"));
    }

    /**
     * 0 or an errno, which fails the probe or the change of the type.
     *
     * @param target the type that a user wants; empty where drivers and the global type decide
     */
    long setUp(Group group, Optional<DomainType> target) {
        return kernel.machine()
                .call(
                        Lane.CORE,
                        SETUP,
                        group,
                        target.map(DomainType::number).orElse(0),
                        0,
                        () -> setUpLocked(group, target));
    }

    private long setUpLocked(Group group, Optional<DomainType> target) {
        WishedType.Wish wish = wishes.of(group);
        if (wish.impossible() || contradicts(wish, target)) {
            return Errno.EINVAL.negative();
        }
        Domains.Made made = domainFor(group, target.or(wish::type));
        if (made.domain().isEmpty()) {
            return made.error();
        }
        IommuDomain domain = made.domain().get();
        Optional<IommuDomain> old = group.defaultDomain().get();
        if (old.filter(domain::equals).isPresent()) {
            return 0;
        }
        List<Device> late = group.devices().toList().stream()
                .filter(device -> direct.create(domain, device) != 0)
                .toList();
        late.stream().limit(1).forEach(this::sayOnce);
        group.defaultDomain().set(domain);
        long error = group.domain().isNull() ? firstAttach(group, domain) : setDomain.attach(group, domain);
        for (Device device : error == 0 ? late : List.<Device>of()) {
            // an attach may have made the tables that a mapping needs
            error = error == 0 ? direct.create(domain, device) : error;
            if (error != 0 && old.isPresent()) {
                setDomain.mustSet(group, old);
            }
        }
        return settle(group, domain, old, error);
    }

    private static boolean contradicts(WishedType.Wish wish, Optional<DomainType> target) {
        return target.isPresent() && wish.type().isPresent() && !wish.type().equals(target);
    }

    // An error of the first attach leaves the domain with the group.
    private long firstAttach(Group group, IommuDomain domain) {
        long error = setDomain.mustSet(group, Optional.of(domain));
        if (error != 0) {
            kernel.log().warnOn(SETUP, group);
        }
        return error;
    }

    private long settle(Group group, IommuDomain domain, Optional<IommuDomain> old, long error) {
        if (error == 0) {
            old.ifPresent(domains::free);
        } else if (old.isPresent()) {
            domains.free(domain);
            group.defaultDomain().set(old.get());
        }
        return error;
    }

    private void sayOnce(Device device) {
        if (!saidNoDirect.get()) {
            saidNoDirect.setQuietly(true);
            kernel.log().line(NO_DIRECT, device, 0, 0);
        }
    }

    /** The direct mappings of a device that joins a group with a default domain. */
    long mapDirect(Group group, Device device) {
        return direct.create(group.defaultDomain().require(), device);
    }

    private Domains.Made domainFor(Group group, Optional<DomainType> wanted) {
        Device first = group.devices().toList().getFirst();
        Optional<IommuDomain> own = Attaching.opsOf(first).staticDomain(Callback.DEFAULT_DOMAIN);
        if (own.isPresent()) {
            return wanted.filter(type -> type == own.get().type()).isPresent()
                    ? domains.known(own.get())
                    : Domains.Made.failed(Errno.EINVAL.negative());
        }
        if (wanted.isPresent()) {
            return reuseOrMake(group, wanted.get());
        }
        DomainType global = globalType.type();
        Domains.Made made = reuseOrMake(group, global);
        if (made.domain().isPresent()) {
            return made;
        }
        if (global == DomainType.DMA) {
            return Domains.Made.failed(Errno.EINVAL.negative());
        }
        made = reuseOrMake(group, DomainType.DMA);
        if (made.domain().isPresent()) {
            kernel.log().line(DefaultDomains.FALLBACK, kernel, global.number(), 0);
        }
        return made;
    }

    private Domains.Made reuseOrMake(Group group, DomainType type) {
        Optional<IommuDomain> same = group.defaultDomain().get().filter(domain -> domain.type() == type);
        return same.isPresent()
                ? new Domains.Made(0, same)
                : domains.make(group.devices().toList().getFirst(), type);
    }
}
