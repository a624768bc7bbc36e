package org.iommulab.user.iommufd;

import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** {@code struct iommufd_hwpt_paging}: a domain that has all that its IOAS has mapped. */
public final class HwptPaging extends HwPagetable {
    private static final Term DESTROY = Term.function("iommufd_hwpt_paging_destroy", FILE);

    private final Ioas ioas;
    private final boolean nestParent;
    private final FlagCell automatic;
    private final FlagCell msiCookie;
    private final FlagCell enforcesCoherency;

    /** @param nestParent whether tables of the program's may stand on it (IOMMU_HWPT_ALLOC_NEST_PARENT) */
    HwptPaging(Ioas ioas, boolean nestParent) {
        super(ioas.ctx());
        this.ioas = ioas;
        this.nestParent = nestParent;
        this.automatic = new FlagCell(this, Lane.USER, Term.flag("auto_domain"));
        this.msiCookie = new FlagCell(this, Lane.USER, Term.flag("msi_cookie"));
        this.enforcesCoherency = new FlagCell(this, Lane.USER, Term.flag("enforce_cache_coherency"));
        ioas.users().add(1);
    }

    public Ioas ioas() {
        return ioas;
    }

    boolean isNestParent() {
        return nestParent;
    }

    /** Made for a device that was attached to an IOAS, and free for other devices to share. */
    FlagCell isAutomatic() {
        return automatic;
    }

    FlagCell msiCookie() {
        return msiCookie;
    }

    FlagCell enforcesCoherency() {
        return enforcesCoherency;
    }

    @Override
    HwptPaging paging() {
        return this;
    }

    @Override
    void destroy() {
        machine().run(Lane.USER, DESTROY, this, 0, 0, () -> {
            if (ioas.hwpts().remove(this)) {
                ioas.domains().remove(domain().require());
            }
            freeDomain();
            ioas.users().add(-1);
        });
    }
}
