package org.iommulab.backend.omap;

import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct omap_iommu_device}: a domain's page table for one IOMMU of its device. All of a domain are equal. */
final class OmapMirror extends SimObject {
    private final String label;
    private final OmapPageTable table;
    private final RefCell<OmapIommu> iommu;

    OmapMirror(OmapDomain domain, OmapIommu iommu, OmapPageTable table) {
        super(domain.machine());
        this.label = domain.label() + " table for " + iommu.device().label();
        this.table = table;
        this.iommu = new RefCell<>(this, Lane.DRIVER, Term.reference("iommu_dev"), OmapIommu.class);
    }

    @Override
    public String label() {
        return label;
    }

    OmapPageTable table() {
        return table;
    }

    /** The IOMMU that walks it; NULL before and after. */
    RefCell<OmapIommu> iommu() {
        return iommu;
    }
}
