package org.iommulab.core;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * Another default domain for a group, where it can be without any (drivers/iommu/iommu.c: iommu_change_dev_def_domain,
 * v6.1 to v6.4). A failing attach puts the pointers back, but not the device.
 */
final class DefaultDomainChange implements DefaultDomainType.Changing {
    private static final Term CHANGE = Term.function("iommu_change_dev_def_domain", "drivers/iommu/iommu.c");
    private static final Term NOT_DEFAULT = LogText.of("<3>Group not assigned to default domain");
    private static final Map<DomainType, Term> REFUSED = refused();

    private final Kernel kernel;
    private final Domains domains;
    private final DefaultDomains defaults;
    private final DeviceAttach attach;
    private final DirectMappings direct;
    private final DmaCookies cookies;

    DefaultDomainChange(
            Kernel kernel,
            Domains domains,
            DefaultDomains defaults,
            DeviceAttach attach,
            DirectMappings direct,
            DmaCookies cookies) {
        this.kernel = kernel;
        this.domains = domains;
        this.defaults = defaults;
        this.attach = attach;
        this.direct = direct;
        this.cookies = cookies;
    }

    // A log format for each type, made once: a format may not depend on a run.
    private static Map<DomainType, Term> refused() {
        var lines = new EnumMap<DomainType, Term>(DomainType.class);
        for (DomainType type : DomainType.values()) {
            lines.put(type, LogText.of("<3>Device cannot be in " + type.logged() + " domain"));
        }
        return lines;
    }

    @Override
    public long change(Group group, Optional<DomainType> asked) {
        return kernel.call(CHANGE, group, () -> {
            Device device = group.devices().toList().getFirst();
            if (!group.domain().same(group.defaultDomain())) {
                kernel.log().line(NOT_DEFAULT, device, 0, 0);
                return Errno.EBUSY.negative();
            }
            Optional<DomainType> wish = DefaultDomains.wishOf(device);
            DomainType type = asked.or(() -> wish).orElseGet(defaults::globalType);
            if (wish.filter(w -> w != type).isPresent()) {
                kernel.log().line(Objects.requireNonNull(REFUSED.get(type)), device, 0, 0);
                return Errno.EINVAL.negative();
            }
            IommuDomain old = group.defaultDomain().require();
            if (old.type() == type) {
                return 0;
            }
            if (type == DomainType.DMA_FQ && old.type() == DomainType.DMA) {
                old.becomeLazy(cookies);
                return 0;
            }
            return replace(group, old, type);
        });
    }

    private long replace(Group group, IommuDomain old, DomainType type) {
        long error = defaults.allocForGroup(group, type);
        if (error != 0) {
            return error;
        }
        IommuDomain made = group.defaultDomain().require();
        List<Device> devices = group.devices().toList();
        error = each(devices, device -> direct.create(made, device));
        if (error == 0) {
            error = each(devices, device -> attach.attach(made, device));
        }
        if (error != 0) {
            domains.free(made);
            group.defaultDomain().set(old);
            group.domain().set(old);
            return error;
        }
        group.domain().set(made);
        domains.free(old);
        return 0;
    }

    private interface Step {
        long on(Device device);
    }

    private static long each(List<Device> devices, Step step) {
        for (Device device : devices) {
            long error = step.on(device);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }
}
