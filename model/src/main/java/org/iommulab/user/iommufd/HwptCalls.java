package org.iommulab.user.iommufd;

import java.util.List;
import java.util.Optional;
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
     * @param flags {@link UserTable#NEST_PARENT}
     * @param table the program's own table
     */
    public long alloc(int device, int on, int flags, Optional<UserTable> table) {
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
                case Ioas ioas -> numberOf(new HwptAlloc(ctx).paging(ioas, own, flags, false));
                case HwptPaging parent -> numberOf(new HwptAlloc(ctx).nested(parent, own, flags, table));
                case null, default -> (long) Errno.EINVAL.negative();
            };
        });
    }

    private static long numberOf(HwptAlloc.Made<?> made) {
        return made.hwpt().map(hwpt -> (long) hwpt.number()).orElse(made.error());
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
