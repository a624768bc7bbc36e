package org.iommulab.core;

import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct iommu_attach_handle} (v6.11): one attachment, by which faults are led back to whoever made it. */
public class AttachHandle extends SimObject {
    private final RefCell<IommuDomain> domain;

    public AttachHandle(Machine machine) {
        super(machine);
        this.domain = new RefCell<>(this, Lane.CORE, Term.reference("handle.domain"), IommuDomain.class);
    }

    @Override
    public String label() {
        return "attach handle";
    }

    public final RefCell<IommuDomain> domain() {
        return domain;
    }
}
