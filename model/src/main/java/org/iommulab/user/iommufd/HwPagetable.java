package org.iommulab.user.iommufd;

import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct iommufd_hw_pagetable}: one IOMMU domain under the program's name. */
public abstract sealed class HwPagetable extends IommufdObject permits HwptPaging, HwptNested {
    static final String FILE = "drivers/iommu/iommufd/hw_pagetable.c";

    private final RefCell<IommuDomain> domain;
    private final RefCell<IommufdFault> fault;

    HwPagetable(IommufdCtx ctx) {
        super(ctx);
        this.fault = new RefCell<>(this, Lane.USER, Term.reference("hwpt.fault"), IommufdFault.class);
        this.domain = new RefCell<>(this, Lane.USER, Term.reference("hwpt.domain"), IommuDomain.class);
    }

    @Override
    public final String label() {
        return "HWPT " + number();
    }

    /** NULL while it is being made. */
    public final RefCell<IommuDomain> domain() {
        return domain;
    }

    /** Where page requests of its devices go; NULL for nowhere. */
    final RefCell<IommufdFault> fault() {
        return fault;
    }

    /** find_hwpt_paging: itself, or of a nested one the parent, whose reserved addresses count. */
    abstract HwptPaging paging();

    // __iommufd_hwpt_destroy
    final void freeDomain() {
        domain.get().ifPresent(ctx().module().core().domains()::free);
        fault.get().ifPresent(own -> own.users().add(-1));
    }

    /** iommufd_hw_pagetable_put: an automatic one goes with its last user. */
    final void put() {
        users().add(-1);
        boolean automatic = this instanceof HwptPaging own && own.isAutomatic().get();
        if (automatic && users().get() == 1) {
            ctx().objects().remove(this);
            users().set(0);
            destroy();
        }
    }
}
