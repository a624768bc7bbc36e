package org.iommulab.backend.msm;

import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.pagetable.armv7s.ArmV7sRegisters;
import org.iommulab.sim.Term;

/** Attaching a device's IOMMUs to a domain, and taking a domain's IOMMUs back, with all that the driver forgets there. */
final class MsmAttaching {
    private static final String FILE = "drivers/iommu/msm_iommu.c";
    private static final Term CONFIGURE = Term.function("msm_iommu_domain_config", FILE);
    private static final Term ALREADY = LogText.of("<3>domain already attached");

    private final Site site;
    private final Kernel kernel;
    private final SpinLock lock;
    private final MsmUnits units;

    /** @param lock {@code msm_iommu_lock} */
    MsmAttaching(Site site, SpinLock lock, MsmUnits units) {
        this.site = site;
        this.kernel = site.kernel();
        this.lock = lock;
        this.units = units;
    }

    /**
     * msm_iommu_attach_dev: each IOMMU of the device gets the domain's new tables. An error leaves what was done so far,
     * and the clocks on.
     */
    long attach(MsmDomain domain, Device device) {
        kernel.driverRun(CONFIGURE, domain, () -> domain.makeTables(site, device));
        long[] result = new long[1];
        lock.with(() -> result[0] = attachAll(domain, device));
        return result[0];
    }

    private long attachAll(MsmDomain domain, Device device) {
        for (MsmIommuDev iommu : units.probed()) {
            if (!iommu.isFor(device)) {
                continue;
            }
            long error = iommu.enableClocks();
            if (error == 0) {
                error = attachMasters(domain, device, iommu);
            }
            if (error != 0) {
                return error;
            }
            iommu.disableClocks();
            domain.attached().add(iommu.domNode());
        }
        return 0;
    }

    // "No context yet" and "context 0" are the same number here: only a master that has another one is found out.
    private long attachMasters(MsmDomain domain, Device device, MsmIommuDev iommu) {
        ArmV7sRegisters values = domain.pgtable().require().table().registers();
        for (MsmCtxDev master : iommu.masters().toList()) {
            if (master.num().isSet()) {
                kernel.log().line(ALREADY, device, 0, 0);
                return Errno.EEXIST.negative();
            }
            long context = iommu.allocContext();
            master.num().set(context);
            if (context < 0) {
                return Errno.ENODEV.negative();
            }
            iommu.registers().configureMids(master.mids(), master.context());
            iommu.registers().programContext(master.context(), values);
        }
        return 0;
    }

    /**
     * The body of msm_iommu_detach_dev, msm_iommu_set_platform_dma and msm_iommu_identity_attach. The tables are freed
     * before any context is off; the IOMMUs of all devices of the domain are switched off; none leaves the domain's list,
     * and no master forgets its context's number.
     */
    void giveBack(MsmDomain domain) {
        domain.freeTables();
        lock.with(() -> domain.attached().each(iommu -> {
            if (iommu.enableClocks() != 0) {
                return false;
            }
            for (MsmCtxDev master : iommu.masters().toList()) {
                iommu.freeContext(master.context());
                iommu.registers().resetContext(master.context());
            }
            iommu.disableClocks();
            return true;
        }));
    }
}
