package org.iommulab.backend.pamu;

import org.iommulab.bus.Device;
import org.iommulab.sim.SimObject;

/** {@code struct device_domain_info}: one number of a device, on the list of its domain. */
final class PamuAttachment extends SimObject {
    private final Device device;
    private final int liodn;
    private final PamuDomain domain;

    PamuAttachment(PamuDomain domain, Device device, int liodn) {
        super(device.machine());
        this.domain = domain;
        this.device = device;
        this.liodn = liodn;
    }

    @Override
    public String label() {
        return device.label() + " LIODN 0x" + Integer.toHexString(liodn);
    }

    Device device() {
        return device;
    }

    int liodn() {
        return liodn;
    }

    PamuDomain domain() {
        return domain;
    }
}
