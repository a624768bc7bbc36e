package org.iommulab.backend.intel;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** On which units a domain is, under which id on each, and how often ({@code domain->iommu_array}). */
final class VtdUnitUses {
    private final List<VtdInstance> all;
    private final List<LongCell> ids;
    private final List<LongCell> uses;

    VtdUnitUses(SimObject domain, List<VtdInstance> all) {
        this.all = all;
        this.ids = cells(domain, "iommu_did");
        this.uses = cells(domain, "refcnt on dmar");
    }

    private List<LongCell> cells(SimObject domain, String name) {
        return IntStream.range(0, all.size())
                .mapToObj(i -> new LongCell(domain, Lane.DRIVER, Term.count(name + i)))
                .toList();
    }

    /** The units behind which the domain has devices, in their order. */
    List<VtdInstance> iommus() {
        return all.stream().filter(iommu -> uses.get(iommu.index()).isSet()).toList();
    }

    /** domain_id_iommu. */
    int idOn(VtdInstance iommu) {
        return (int) ids.get(iommu.index()).get();
    }

    /** What domain_attach_iommu did. */
    enum Attached {
        FIRST,
        AGAIN,
        NO_ID
    }

    /** domain_attach_iommu. */
    Attached attach(VtdInstance iommu) {
        LongCell used = uses.get(iommu.index());
        if (used.isSet()) {
            used.setQuietly(used.get() + 1);
            return Attached.AGAIN;
        }
        int id = iommu.ids().allocate(iommu.caps().domains());
        if (id < 0) {
            return Attached.NO_ID;
        }
        ids.get(iommu.index()).set(id);
        used.setQuietly(1);
        return Attached.FIRST;
    }

    /** domain_detach_iommu: whether it was the last use on this unit. */
    boolean detach(VtdInstance iommu) {
        LongCell used = uses.get(iommu.index());
        used.setQuietly(used.get() - 1);
        if (used.isSet()) {
            return false;
        }
        iommu.ids().free(idOn(iommu));
        ids.get(iommu.index()).set(0);
        return true;
    }
}
