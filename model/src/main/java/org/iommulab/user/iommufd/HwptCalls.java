package org.iommulab.user.iommufd;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.iommulab.core.Domains;
import org.iommulab.core.OpsTable;
import org.iommulab.core.UserTable;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** What a program can ask of an open /dev/iommu about hardware page tables. */
public final class HwptCalls {
    private static final Term ALLOC =
            Term.of("iommufd_hwpt_alloc", HwPagetable.FILE, Operand.DECIMAL, Operand.DECIMAL, Operand.DECIMAL);
    private static final Term SET_DIRTY = Term.of(
            "iommufd_hwpt_set_dirty_tracking", HwPagetable.FILE, Operand.DECIMAL, Operand.DECIMAL, Operand.ERRNO);
    private static final Term GET_DIRTY =
            Term.of("iommufd_hwpt_get_dirty_bitmap", HwPagetable.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term INVALIDATE =
            Term.of("iommufd_hwpt_invalidate", HwPagetable.FILE, Operand.DECIMAL, Operand.DECIMAL, Operand.ERRNO);

    private final IommufdCtx ctx;

    HwptCalls(IommufdCtx ctx) {
        this.ctx = ctx;
    }

    /**
     * IOMMU_HWPT_ALLOC: the new HWPT's number, or a negative errno. -ENOENT for a device that is none, -EINVAL for what is
     * neither an IOAS nor a HWPT that is fed from one.
     *
     * @param device number of the device
     * @param on number of an IOAS, or of the parent of a nested HWPT
     * @param flags those of {@link UserTable}
     * @param table the program's own table
     */
    public long alloc(int device, int on, int flags, Optional<UserTable> table) {
        return alloc(device, on, flags, table, 0);
    }

    /** @param fault number of a FAULT object, with {@link UserTable#FAULT_ID_VALID}: -ENOENT for what is none */
    public long alloc(int device, int on, int flags, Optional<UserTable> table, int fault) {
        return ctx.ioctl(ALLOC, device, on, () -> {
            Optional<IommufdObject> object = ctx.find(device);
            if (!(object.orElse(null) instanceof IommufdDevice own)) {
                return Errno.ENOENT.negative();
            }
            return switch (ctx.find(on).orElse(null)) {
                case Ioas ioas
                when table.isPresent() ->
                    // user data for a paging domain: no driver of 6.12 takes any
                    (long) Errno.EOPNOTSUPP.negative();
                case Ioas ioas -> withFault(new HwptAlloc(ctx).paging(ioas, own, flags, false), flags, fault);
                case HwptPaging parent -> withFault(new HwptAlloc(ctx).nested(parent, own, flags, table), flags, fault);
                case null, default -> (long) Errno.EINVAL.negative();
            };
        });
    }

    private long withFault(HwptAlloc.Made<?> made, int flags, int fault) {
        if (made.hwpt().isEmpty()) {
            return made.error();
        }
        HwPagetable hwpt = made.hwpt().get();
        if ((flags & UserTable.FAULT_ID_VALID) != 0) {
            if (!(ctx.find(fault).orElse(null) instanceof IommufdFault own)) {
                hwpt.abort();
                return Errno.ENOENT.negative();
            }
            hwpt.fault().set(own);
            hwpt.domain().require().setFaultHandler(own.handler());
            own.users().add(1);
        }
        return hwpt.number();
    }

    private long withPaging(int number, ToLongFunction<HwptPaging> body) {
        return ctx.find(number).orElse(null) instanceof HwptPaging hwpt
                ? body.applyAsLong(hwpt)
                : Errno.ENOENT.negative();
    }

    /** IOMMU_HWPT_SET_DIRTY_TRACKING: -EOPNOTSUPP for a HWPT that was not made for it, as no unit of the lab can. */
    public long setDirtyTracking(int number, boolean enable) {
        return ctx.ioctl(SET_DIRTY, number, enable ? 1 : 0, () -> withPaging(number, _ -> Errno.EOPNOTSUPP.negative()));
    }

    /**
     * IOMMU_HWPT_GET_DIRTY_BITMAP: what devices have written to since the last time. The range is looked at first.
     *
     * @param page bytes for which one bit stands
     */
    public long dirtyBitmap(int number, long iova, long length, long page) {
        return ctx.ioctl(
                GET_DIRTY,
                iova,
                length,
                () -> withPaging(number, hwpt -> {
                    long last = iova + length - 1;
                    if (Long.compareUnsigned(last, iova) < 0) {
                        return Errno.EOVERFLOW.negative();
                    }
                    long unit = hwpt.ioas().table().alignment().get() - 1;
                    boolean misplaced =
                            ((iova | last + 1) & unit) != 0 || page == 0 || ((iova | last + 1) & page - 1) != 0;
                    return misplaced ? Errno.EINVAL.negative() : Errno.EOPNOTSUPP.negative();
                }));
    }

    /** What IOMMU_HWPT_INVALIDATE answers: an errno, and how many of the ranges were done. */
    public record Invalidated(long error, int done) {}

    /** IOMMU_HWPT_INVALIDATE: the guest has changed its table; -ENOENT for a HWPT that is not nested. */
    public Invalidated invalidate(int number, List<UserTable.Range> ranges) {
        int[] done = {0};
        long error = ctx.ioctl(INVALIDATE, number, ranges.size(), () -> {
            if (!(ctx.find(number).orElse(null) instanceof HwptNested nested)) {
                return Errno.ENOENT.negative();
            }
            OpsTable.InvalidatedUser answer =
                    Domains.invalidateUser(nested.domain().require(), ranges);
            done[0] = answer.done();
            return answer.error();
        });
        return new Invalidated(error, done[0]);
    }
}
