package org.iommulab.user.iommufd;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** What a program can ask of an open /dev/iommu about address spaces (drivers/iommu/iommufd/ioas.c). */
public final class IoasCalls {
    private static final Term ALLOC =
            Term.of("iommufd_ioas_alloc_ioctl", Ioas.FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term RANGES =
            Term.of("iommufd_ioas_iova_ranges", Ioas.FILE, Operand.DECIMAL, Operand.NONE, Operand.DECIMAL);
    private static final Term RANGE = Term.hex("allowed_iovas");
    private static final Term ALLOW =
            Term.of("iommufd_ioas_allow_iovas", Ioas.FILE, Operand.DECIMAL, Operand.DECIMAL, Operand.ERRNO);
    private static final Term MAP = Term.of("iommufd_ioas_map", Ioas.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term COPY = Term.of("iommufd_ioas_copy", Ioas.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("iommufd_ioas_unmap", Ioas.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    /** IOMMU_CACHE. */
    private static final int CACHE = 4;

    private final IommufdCtx ctx;

    IoasCalls(IommufdCtx ctx) {
        this.ctx = ctx;
    }

    /** IOMMU_IOAS_ALLOC: its number. */
    public long alloc() {
        return ctx.ioctl(ALLOC, 0, 0, () -> new Ioas(ctx).number());
    }

    private long with(int number, ToLongFunction<Ioas> body) {
        return ctx.find(number).orElse(null) instanceof Ioas ioas ? body.applyAsLong(ioas) : Errno.ENOENT.negative();
    }

    /** What IOMMU_IOAS_IOVA_RANGES answers: an errno, what can be mapped, and the unit of it. */
    public record Ranges(long error, List<IoRange> ranges, long alignment) {}

    /** IOMMU_IOAS_IOVA_RANGES: everything while nothing is attached. */
    public Ranges ranges(int ioas) {
        var ranges = new Ranges[] {new Ranges(0, List.of(), 0)};
        long result = ctx.ioctl(
                RANGES,
                ioas,
                0,
                () -> with(ioas, own -> {
                    ranges[0] = new Ranges(
                            0, own.table().holes(), own.table().alignment().get());
                    ranges[0]
                            .ranges()
                            .forEach(range -> ctx.machine()
                                    .emit(EventKind.CHANGED, Lane.USER, RANGE, own, range.start(), range.last()));
                    return ranges[0].ranges().size();
                }));
        return result < 0 ? new Ranges(result, List.of(), 0) : ranges[0];
    }

    /**
     * IOMMU_IOAS_ALLOW_IOVAS: these shall stay usable, whatever is attached later. -EINVAL for a range without a length or
     * over another, -EADDRINUSE for what is reserved already.
     */
    public long allow(int ioas, List<IoRange> ranges) {
        return ctx.ioctl(
                ALLOW,
                ioas,
                ranges.size(),
                () -> with(ioas, own -> {
                    for (int i = 0; i < ranges.size(); i++) {
                        IoRange range = ranges.get(i);
                        boolean over = ranges.subList(0, i).stream()
                                .anyMatch(before -> before.overlaps(range.start(), range.last()));
                        if (Long.compareUnsigned(range.start(), range.last()) >= 0 || over) {
                            return Errno.EINVAL.negative();
                        }
                    }
                    return own.table().allow(ranges);
                }));
    }

    /** What mapping answers: an errno, and where it went. */
    public record Mapped(long error, long iova) {}

    /**
     * IOMMU_IOAS_MAP.
     *
     * @param iova where (IOMMU_IOAS_MAP_FIXED_IOVA); empty for wherever there is room
     * @param address the user's address
     * @param prot 1 read, 2 write
     */
    public Mapped map(int ioas, Optional<Long> iova, long length, long address, int prot) {
        long[] at = {iova.orElse(0L)};
        long error = ctx.ioctl(MAP, at[0], length, () -> {
            long bad = wrong(at[0], length, prot);
            return bad != 0
                    ? bad
                    : with(ioas, own -> {
                        long misfit = unpinnable(address, length);
                        if (misfit != 0) {
                            return misfit;
                        }
                        var pages = new IoPages(ctx.machine(), address, length, (prot & 2) != 0);
                        return place(own, List.of(new IoAreas.Piece(pages, 0, length)), length, iova, prot, at);
                    });
        });
        return new Mapped(error, at[0]);
    }

    private static long wrong(long iova, long length, int prot) {
        if (iova == -1 || length == -1) {
            return Errno.EOVERFLOW.negative();
        }
        return prot == 0 ? Errno.EINVAL.negative() : 0;
    }

    // iopt_alloc_pages
    private long unpinnable(long address, long length) {
        long most = -1 - ctx.module().memory().pageBytes();
        if (length == 0 || Long.compareUnsigned(length, most) > 0) {
            return Errno.EINVAL.negative();
        }
        return Long.compareUnsigned(address + length, address) < 0 ? Errno.EOVERFLOW.negative() : 0;
    }

    private static long place(
            Ioas ioas, List<IoAreas.Piece> pieces, long length, Optional<Long> iova, int prot, long[] at) {
        IoAreas.Mapped mapped = ioas.areas().map(pieces, length, iova, prot | CACHE);
        at[0] = mapped.iova();
        return mapped.error();
    }

    /** One range of an address space, to be copied. */
    public record Source(int ioas, long iova, long length) {}

    /**
     * IOMMU_IOAS_COPY: the same memory in another address space, without asking the program for it again. -ENOENT where the
     * source is not mapped without a gap.
     */
    public Mapped copy(Source source, int to, Optional<Long> iova, int prot) {
        long[] at = {iova.orElse(0L)};
        long error = ctx.ioctl(COPY, source.iova(), source.length(), () -> {
            long bad = at[0] == -1 ? Errno.EOVERFLOW.negative() : wrong(source.iova(), source.length(), prot);
            return bad != 0
                    ? bad
                    : with(source.ioas(), from -> {
                        if (source.length() == 0) {
                            return Errno.EINVAL.negative();
                        }
                        if (wraps(source.iova(), source.length())) {
                            return Errno.EOVERFLOW.negative();
                        }
                        List<IoAreas.Piece> pieces = from.areas().piecesOf(source.iova(), source.length());
                        return pieces.isEmpty()
                                ? Errno.ENOENT.negative()
                                : with(to, own -> place(own, pieces, source.length(), iova, prot, at));
                    });
        });
        return new Mapped(error, at[0]);
    }

    /** What unmapping answers: an errno, and the length field, which an error leaves as it was. */
    public record Unmapped(long error, long length) {}

    /** IOMMU_IOAS_UNMAP; address 0 and length -1 take everything, where nothing is no error. */
    public Unmapped unmap(int ioas, long iova, long length) {
        long[] unmapped = {length};
        long error = ctx.ioctl(
                UNMAP,
                iova,
                length,
                () -> with(ioas, own -> {
                    boolean all = iova == 0 && length == -1;
                    if (!all && (iova == -1 || length == -1 || wraps(iova, length))) {
                        return Errno.EOVERFLOW.negative();
                    }
                    if (length == 0) {
                        return Errno.EINVAL.negative();
                    }
                    IoAreas.Unmapped answer = own.areas().unmap(iova, all ? -1 : iova + length - 1);
                    if (answer.error() == 0 || all && answer.error() == Errno.ENOENT.negative()) {
                        unmapped[0] = answer.bytes();
                        return 0;
                    }
                    return answer.error();
                }));
        return new Unmapped(error, unmapped[0]);
    }

    private static boolean wraps(long iova, long length) {
        return length != 0 && Long.compareUnsigned(iova + length - 1, iova) < 0;
    }
}
