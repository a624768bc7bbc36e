package org.iommulab.user.vfio;

import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.user.held.Fills;

/** {@code struct vfio_domain}: an IOMMU domain of a container, and the groups that are attached to it. */
final class Type1Domain extends SimObject implements Fills {
    private final IommuDomain domain;
    private final RefList<Group> groups;
    private final FlagCell fgsp;
    private final FlagCell enforcesCoherency;

    Type1Domain(IommuDomain domain) {
        super(domain.machine());
        this.domain = domain;
        this.groups = new RefList<>(this, Group.class);
        this.fgsp = new FlagCell(this, Lane.USER, Term.flag("fgsp"));
        this.enforcesCoherency = new FlagCell(this, Lane.USER, Term.flag("enforce_cache_coherency"));
    }

    @Override
    public String label() {
        return "vfio " + domain.label();
    }

    @Override
    public IommuDomain filled() {
        return domain;
    }

    IommuDomain domain() {
        return domain;
    }

    /** The latest first. */
    RefList<Group> groups() {
        return groups;
    }

    /** "Fine-grained super pages": a larger page is unmapped whole when one small page of it is asked for. */
    FlagCell fgsp() {
        return fgsp;
    }

    FlagCell enforcesCoherency() {
        return enforcesCoherency;
    }

    IovaRange aperture() {
        return new IovaRange(domain.apertureStart(), domain.apertureEnd());
    }
}
