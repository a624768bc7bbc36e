package org.iommulab.backend.intel;

import org.iommulab.sim.SimObject;

/** {@code struct dev_pasid_info}: one PASID of one device, in the domain that it has. */
final class VtdDevPasid extends SimObject {
    private final VtdDevice info;
    private final int pasid;

    VtdDevPasid(VtdDevice info, int pasid) {
        super(info.machine());
        this.info = info;
        this.pasid = pasid;
    }

    @Override
    public String label() {
        return "PASID " + pasid + " of " + info.device().label();
    }

    VtdDevice info() {
        return info;
    }

    int pasid() {
        return pasid;
    }
}
