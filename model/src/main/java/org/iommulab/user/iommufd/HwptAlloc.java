package org.iommulab.user.iommufd;

import java.util.Optional;
import org.iommulab.core.Domains;
import org.iommulab.core.UserTable;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** How HWPTs are made (drivers/iommu/iommufd/hw_pagetable.c). */
final class HwptAlloc {
    private static final Term PAGING =
            Term.of("iommufd_hwpt_paging_alloc", HwPagetable.FILE, Operand.OBJECT, Operand.DECIMAL, Operand.ERRNO);
    private static final Term NESTED =
            Term.of("iommufd_hwpt_nested_alloc", HwPagetable.FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);

    private final IommufdCtx ctx;
    private final Domains domains;

    HwptAlloc(IommufdCtx ctx) {
        this.ctx = ctx;
        this.domains = ctx.module().core().domains();
    }

    /** A HWPT, or why there is none. */
    record Made<T extends HwPagetable>(long error, Optional<T> hwpt) {}

    /**
     * iommufd_hwpt_paging_alloc.
     *
     * @param immediate whether the device is attached before the IOAS fills the domain
     */
    Made<HwptPaging> paging(Ioas ioas, IommufdDevice device, int flags, boolean immediate) {
        var made = new HwptPaging[1];
        long error = ctx.machine().call(Lane.USER, PAGING, ioas, device.id(), flags, () -> {
            boolean forUsers = domains.allocatesForUsers(device.device());
            if (flags != 0 && !forUsers || (flags & ~(UserTable.NEST_PARENT | UserTable.DIRTY_TRACKING)) != 0) {
                return Errno.EOPNOTSUPP.negative();
            }
            // IOMMU_CAP_DIRTY_TRACKING, which no unit of the lab has
            if ((flags & UserTable.DIRTY_TRACKING) != 0) {
                return Errno.EOPNOTSUPP.negative();
            }
            var hwpt = new HwptPaging(ioas, (flags & UserTable.NEST_PARENT) != 0);
            long failed = fill(hwpt, device, flags, forUsers, immediate);
            if (failed != 0) {
                hwpt.abort();
                return failed;
            }
            made[0] = hwpt;
            return 0;
        });
        return new Made<>(error, Optional.ofNullable(made[0]));
    }

    private long fill(HwptPaging hwpt, IommufdDevice device, int flags, boolean forUsers, boolean immediate) {
        Domains.Made domain = forUsers
                ? domains.allocUser(device.device(), flags, Optional.empty(), Optional.empty())
                : domains.allocPaging(device.device());
        if (domain.domain().isEmpty()) {
            return domain.error();
        }
        hwpt.domain().set(domain.domain());
        if (device.enforcesCoherency().get() && !enforceCoherency(hwpt)) {
            ctx.module().kernel().log().warnOn(PAGING, hwpt);
            return Errno.EINVAL.negative();
        }
        var attaching = new PtAttach(device);
        long error = immediate ? attaching.attachTo(hwpt) : 0;
        if (error != 0) {
            return error;
        }
        error = hwpt.ioas().domains().add(hwpt.domain().require());
        if (error != 0) {
            if (immediate) {
                attaching.detachFrom();
            }
            return error;
        }
        hwpt.ioas().hwpts().add(hwpt);
        return 0;
    }

    // iommufd_hwpt_paging_enforce_cc
    private boolean enforceCoherency(HwptPaging hwpt) {
        hwpt.enforcesCoherency().set(domains.enforceCacheCoherency(hwpt.domain().require()));
        return hwpt.enforcesCoherency().get();
    }

    /** iommufd_hwpt_nested_alloc: the parent must have been made for it, by the program, for a device of the same driver. */
    Made<HwptNested> nested(HwptPaging parent, IommufdDevice device, int flags, Optional<UserTable> table) {
        var made = new HwptNested[1];
        long error = ctx.machine().call(Lane.USER, NESTED, parent, device.id(), 0, () -> {
            if ((flags & ~UserTable.FAULT_ID_VALID) != 0
                    || table.isEmpty()
                    || !domains.allocatesForUsers(device.device())) {
                return Errno.EOPNOTSUPP.negative();
            }
            if (parent.isAutomatic().get()
                    || !parent.isNestParent()
                    || !Domains.isOfDriverOf(device.device(), parent.domain().require())) {
                return Errno.EINVAL.negative();
            }
            var hwpt = new HwptNested(parent);
            Domains.Made domain =
                    domains.allocUser(device.device(), 0, parent.domain().get(), table);
            hwpt.domain().set(domain.domain());
            if (domain.domain().isEmpty()) {
                hwpt.abort();
                return domain.error();
            }
            if (!Domains.canInvalidate(domain.domain().get())) {
                ctx.module().kernel().log().warnOn(NESTED, hwpt);
                hwpt.abort();
                return Errno.EINVAL.negative();
            }
            made[0] = hwpt;
            return 0;
        });
        return new Made<>(error, Optional.ofNullable(made[0]));
    }
}
