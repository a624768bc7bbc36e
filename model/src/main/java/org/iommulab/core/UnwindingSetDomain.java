package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code __iommu_group_set_domain_internal} (drivers/iommu/iommu.c, v6.5; its handling of NULL as of v6.7): when a
 * device refuses, those before it and the one itself go back to the group's domain.
 */
final class UnwindingSetDomain implements SetDomain {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term SET_DOMAIN = Term.function("__iommu_group_set_domain_internal", IOMMU_C);
    private static final Term SET_ONE = Term.function("__iommu_device_set_domain", IOMMU_C);
    private static final Term NOFAIL = Term.function("__iommu_group_set_domain_nofail", IOMMU_C);

    private static final Term NEEDS_DIRECT = LogText.of(
            "<4>Firmware has requested this device have a 1:1 IOMMU mapping, rejecting configuring the device"
                    + " without a 1:1 mapping. Contact your platform vendor.");

    private final Kernel kernel;
    private final DeviceAttach attach;

    UnwindingSetDomain(Kernel kernel, DeviceAttach attach) {
        this.kernel = kernel;
        this.attach = attach;
    }

    @Override
    public long attach(Group group, IommuDomain domain) {
        return set(group, Optional.of(domain));
    }

    @Override
    public long set(Group group, Optional<IommuDomain> domain) {
        return set(group, domain, false);
    }

    @Override
    public void setOrWarn(Group group, Optional<IommuDomain> domain, Term caller, Term text) {
        kernel.run(NOFAIL, group, () -> {
            if (mustSet(group, domain) != 0) {
                kernel.log().warnOn(NOFAIL, group);
            }
        });
    }

    /** With IOMMU_SET_DOMAIN_MUST_SUCCEED: goes on after an error, and group.domain is the new domain in any case. */
    long mustSet(Group group, Optional<IommuDomain> domain) {
        return set(group, domain, true);
    }

    private long set(Group group, Optional<IommuDomain> domain, boolean mustSucceed) {
        long argument = domain.map(SimObject::id).orElse(0);
        return kernel.machine().call(Lane.CORE, SET_DOMAIN, group, argument, 0, () -> {
            if (group.domain().id() == argument) {
                return 0;
            }
            if (domain.isEmpty()) {
                kernel.log().warnOn(SET_DOMAIN, group);
                return Errno.EINVAL.negative();
            }
            return setEach(group, domain.get(), mustSucceed);
        });
    }

    private long setEach(Group group, IommuDomain domain, boolean mustSucceed) {
        long first = 0;
        for (Device device : group.devices().toList()) {
            long error = setOne(group, device, domain, mustSucceed);
            if (error != 0 && !mustSucceed) {
                revert(group, device);
                return error;
            }
            first = error != 0 ? error : first;
        }
        group.domain().set(domain);
        return first;
    }

    // A NULL domain can only be that of a first attach: then there is nothing to go back to.
    private void revert(Group group, Device last) {
        Optional<IommuDomain> before = group.domain().get();
        List<Device> devices = group.devices().toList();
        for (Device device : devices.subList(0, devices.indexOf(last) + 1)) {
            if (before.isPresent() && setOne(group, device, before.get(), true) != 0) {
                kernel.log().warnOn(SET_DOMAIN, group);
            }
        }
    }

    /**
     * __iommu_device_set_domain: a device that firmware uses is not blocked (v6.6); a deferred one is left alone as long
     * as the default domain is meant.
     */
    long setOne(Group group, Device device, IommuDomain domain, boolean mustSucceed) {
        return kernel.call(SET_ONE, device, domain, () -> {
            if (DevIommu.find(device).orElseThrow().requireDirect().get()
                    && (domain.type() == DomainType.BLOCKED
                            || group.blockingDomain().is(domain))) {
                kernel.log().line(NEEDS_DIRECT, device, 0, 0);
                return Errno.EINVAL.negative();
            }
            Optional<DevIommu> deferred =
                    DevIommu.find(device).filter(iommu -> iommu.attachDeferred().get());
            if (deferred.isPresent()) {
                if (group.defaultDomain().is(domain)) {
                    return 0;
                }
                deferred.get().attachDeferred().set(false);
            }
            long error = attach.attach(domain, device);
            Optional<IommuDomain> blocking = group.blockingDomain().get();
            if (error != 0 && mustSucceed && blocking.isPresent() && blocking.get() != domain) {
                attach.attach(blocking.get(), device);
            }
            return error;
        });
    }
}
