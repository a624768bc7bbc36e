package org.iommulab.backend.exynos;

import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct exynos_iommu_owner}: what the driver keeps for one master. */
final class ExynosOwner extends SimObject {
    private final Device device;
    private final RefList<SysMmuData> controllers;
    private final RefCell<IommuDomain> domain;
    private final Mutex powerLock;

    ExynosOwner(Kernel kernel, Device device) {
        super(kernel.machine());
        this.device = device;
        controllers = new RefList<>(this, SysMmuData.class);
        domain = new RefCell<>(this, Lane.DRIVER, Term.reference("owner.domain"), IommuDomain.class);
        powerLock = new Mutex(kernel, this, "owner.rpm_lock");
    }

    @Override
    public String label() {
        return device.label() + " owner";
    }

    Device device() {
        return device;
    }

    RefList<SysMmuData> controllers() {
        return controllers;
    }

    RefCell<IommuDomain> domain() {
        return domain;
    }

    Mutex powerLock() {
        return powerLock;
    }
}
