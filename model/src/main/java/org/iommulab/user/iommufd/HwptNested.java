package org.iommulab.user.iommufd;

import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * {@code struct iommufd_hwpt_nested}: the program's own table, whose addresses the parent translates once more. The kernel
 * maps nothing in it.
 */
public final class HwptNested extends HwPagetable {
    private static final Term DESTROY = Term.function("iommufd_hwpt_nested_destroy", FILE);

    private final HwptPaging parent;

    HwptNested(HwptPaging parent) {
        super(parent.ctx());
        this.parent = parent;
        parent.users().add(1);
    }

    public HwptPaging parent() {
        return parent;
    }

    @Override
    HwptPaging paging() {
        return parent;
    }

    @Override
    void destroy() {
        machine().run(Lane.USER, DESTROY, this, 0, 0, () -> {
            freeDomain();
            parent.users().add(-1);
        });
    }
}
