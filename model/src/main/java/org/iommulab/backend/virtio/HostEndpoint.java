package org.iommulab.backend.virtio;

import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A device's number as the host knows it, once the driver has named it. */
final class HostEndpoint extends SimObject {
    private final int id;
    private final RefCell<HostDomain> domain;

    HostEndpoint(SimObject unit, int id) {
        super(unit.machine());
        this.id = id;
        this.domain = new RefCell<>(this, Lane.HARDWARE, Term.reference("domain"), HostDomain.class);
    }

    @Override
    public String label() {
        return "endpoint " + Integer.toUnsignedString(id);
    }

    int endpointId() {
        return id;
    }

    /** NULL while it is in none. */
    RefCell<HostDomain> domain() {
        return domain;
    }
}
