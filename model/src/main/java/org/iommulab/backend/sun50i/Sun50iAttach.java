package org.iommulab.backend.sun50i;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * Which domain the one table base register shows, by a count of attaches in each domain. A count starts at 1, so that as
 * many detaches as attaches never bring it to 0: what {@link #detachDomain} does is hardly ever done, and a domain is
 * left by another one taking the hardware over. (Read in the code; nobody's report.)
 */
final class Sun50iAttach {
    private static final Term ATTACH_DOMAIN = Term.function("sun50i_iommu_attach_domain", Sun50iDriver.FILE);
    private static final Term DETACH_DOMAIN = Term.function("sun50i_iommu_detach_domain", Sun50iDriver.FILE);
    private static final Term DETACH_DEVICE = Term.function("sun50i_iommu_detach_device", Sun50iDriver.FILE);
    private static final Term IDENTITY_ATTACH = Term.function("sun50i_iommu_identity_attach", Sun50iDriver.FILE);
    private static final Term NO_DOMAIN = Term.reference("iommu.domain");
    private static final Term FREED_DOMAIN = Term.reference("iommu.domain, freed");
    private static final Term NO_DIRECTORY = Term.reference("domain.dt");

    private final Kernel kernel;
    private final Optional<IommuDomain> identity;

    /** @param identity the static identity domain, from v6.7 on */
    Sun50iAttach(Kernel kernel, Optional<IommuDomain> identity) {
        this.kernel = kernel;
        this.identity = identity;
    }

    /** sun50i_iommu_attach_device, for a master of this IOMMU. A second master of the group only counts. */
    void attach(Sun50iIommu iommu, Sun50iDomain domain, Device device) {
        domain.hold();
        if (iommu.domain().is(domain)) {
            return;
        }
        if (identity.isPresent()) {
            kernel.driverRun(IDENTITY_ATTACH, device, () -> attachIdentity(iommu));
        } else {
            iommu.domain().get().ifPresent(old -> kernel.driverRun(DETACH_DEVICE, device, () -> detach(iommu, old)));
        }
        // an error of what follows would be ignored
        kernel.driverRun(ATTACH_DOMAIN, device, () -> {
            iommu.domain().set(domain);
            domain.iommu().set(iommu);
            iommu.enable(domain.table().base());
        });
    }

    /** sun50i_iommu_detach_device, up to v6.6; nothing when another domain has the hardware. */
    void detach(Sun50iIommu iommu, IommuDomain detached) {
        if (iommu.domain().is(detached)) {
            drop(iommu, (Sun50iDomain) detached);
        }
    }

    /** sun50i_iommu_identity_attach, from v6.7 on: the domain before is followed without a test for NULL. */
    void attachIdentity(Sun50iIommu iommu) {
        if (!iommu.domain().is(identity.orElseThrow())) {
            drop(iommu, (Sun50iDomain)
                    iommu.domain().get().orElseThrow(() -> kernel.log().nullAccess(NO_DOMAIN, iommu)));
        }
    }

    private void drop(Sun50iIommu iommu, Sun50iDomain domain) {
        if (domain.freed().get()) {
            kernel.machine().useAfterFree(Lane.DRIVER, FREED_DOMAIN, iommu, domain.id());
        }
        if (domain.drop()) {
            kernel.driverRun(DETACH_DOMAIN, iommu.device(), () -> detachDomain(iommu, domain));
        }
    }

    /** sun50i_iommu_detach_domain: the page tables are freed, the hardware goes into reset. */
    private void detachDomain(Sun50iIommu iommu, Sun50iDomain domain) {
        if (domain.freed().get()) {
            // sun50i_iommu_domain_free wrote NULL there before it gave the memory back
            throw kernel.log().nullAccess(NO_DIRECTORY, domain);
        }
        domain.table().clear();
        iommu.disable();
        iommu.domain().setNull();
    }
}
