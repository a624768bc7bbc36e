package org.iommulab.backend.intel;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct device_domain_info}: what the driver knows about a device. No device of the lab has ATS or PRI. */
final class VtdDevice extends SimObject {
    private final Device device;
    private final VtdInstance iommu;
    private final int source;
    private final RefCell<VtdDomain> domain;
    private final RefCell<VtdNestedDomain> nested;
    private final FlagCell attached;
    private final LongCell directory;

    /** @param source bus, device and function in one: its requester id */
    VtdDevice(Device device, VtdInstance iommu, int source) {
        super(device.machine());
        this.device = device;
        this.iommu = iommu;
        this.source = source;
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("info.domain"), VtdDomain.class);
        this.nested = new RefCell<>(this, Lane.DRIVER, Term.reference("info.domain, nested"), VtdNestedDomain.class);
        this.attached = new FlagCell(this, Lane.DRIVER, Term.flag("info.domain_attached"));
        this.directory = new LongCell(this, Lane.DRIVER, Term.hex("info.pasid_table"));
    }

    @Override
    public String label() {
        return "device_domain_info of " + device.label();
    }

    /** dev_iommu_priv_get. */
    static Optional<VtdDevice> find(Device device) {
        return DevIommu.privOf(device, VtdDevice.class);
    }

    static VtdDevice of(Device device) {
        return find(device).orElseThrow();
    }

    Device device() {
        return device;
    }

    VtdInstance iommu() {
        return iommu;
    }

    int source() {
        return source;
    }

    /** What it is attached to; NULL when it is blocked, and in 6.12 when its addresses pass. */
    RefCell<VtdDomain> domain() {
        return domain;
    }

    /** The guest's table that it is attached to. */
    RefCell<VtdNestedDomain> nested() {
        return nested;
    }

    boolean isAttachedSomewhere() {
        return !domain.isNull() || !nested.isNull();
    }

    /** {@code pasid_supported}: how many PASIDs its table is for; 0 for none. */
    long maxPasids() {
        if (!iommu.takesPasids()) {
            return 0;
        }
        long own = device.pci().map(function -> function.found().maxPasids()).orElse(0);
        return Math.min(own, iommu.caps().maxPasids());
    }

    /** Whether it has a translation at all (6.12). */
    FlagCell attached() {
        return attached;
    }

    /** Physical address of its PASID directory; 0 in legacy mode. */
    LongCell directory() {
        return directory;
    }
}
