package org.iommulab.user.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Mapping, copying and unmapping in an IOAS (drivers/iommu/iommufd/io_pagetable.c). Areas are never split. */
final class IoAreas {
    private static final Term MAP =
            Term.of("iopt_map_pages", IoPagetable.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP =
            Term.of("iopt_unmap_iova_range", IoPagetable.FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term NOTIFY =
            Term.of("iommufd_access_notify_unmap", IommufdDevice.FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    /** How often the kernel asks, and once more. */
    private static final int TRIES = 101;
    /** IOMMU_READ. */
    private static final int READ = 1;
    /** IOMMU_WRITE. */
    private static final int WRITE = 2;

    private final Ioas ioas;
    private final IoPagetable table;
    private final IovaChoice choice;
    private final IoFill fill;

    IoAreas(Ioas ioas) {
        this.ioas = ioas;
        this.table = ioas.table();
        this.choice = new IovaChoice(table, ioas.ctx().module().memory().pageBytes());
        this.fill = new IoFill(ioas.ctx().module());
    }

    IoFill fill() {
        return fill;
    }

    /** A part of pages, for an area that shall show it. */
    record Piece(IoPages pages, long startByte, long length) {}

    /** What mapping answers: an errno, or where it went. */
    record Mapped(long error, long iova) {}

    /** iopt_map_pages: pieces side by side, at this address or, when it is empty, where there is room. */
    Mapped map(List<Piece> pieces, long length, Optional<Long> wanted, int prot) {
        long[] iova = {wanted.orElse(0L)};
        long error = ioas.machine().call(Lane.USER, MAP, ioas, iova[0], length, () -> {
            long misfit = place(pieces.getFirst(), length, wanted, iova);
            return misfit != 0 ? misfit : insertAll(pieces, iova[0], prot);
        });
        return new Mapped(error, iova[0]);
    }

    // iopt_alloc_area_pages
    private long place(Piece first, long length, Optional<Long> wanted, long[] iova) {
        if (length == 0 || (length & table.alignment().get() - 1) != 0) {
            return Errno.EINVAL.negative();
        }
        if (wanted.isPresent()) {
            return check(wanted.get(), length);
        }
        IovaChoice.Chosen chosen = choice.choose(first.pages().address() + first.startByte(), length);
        iova[0] = chosen.iova();
        return chosen.error();
    }

    // iopt_check_iova
    private long check(long iova, long length) {
        if ((iova & table.alignment().get() - 1) != 0) {
            return Errno.EINVAL.negative();
        }
        long last = iova + length - 1;
        if (Long.compareUnsigned(last, iova) < 0) {
            return Errno.EOVERFLOW.negative();
        }
        if (table.isReserved(iova, last)) {
            return Errno.EINVAL.negative();
        }
        return table.firstArea(iova, last).isPresent() ? Errno.EEXIST.negative() : 0;
    }

    private long insertAll(List<Piece> pieces, long iova, int prot) {
        var made = new ArrayList<IoArea>();
        long next = iova;
        for (Piece piece : pieces) {
            long error = insertable(piece, prot);
            if (error != 0) {
                return error;
            }
            made.add(new IoArea(piece.pages(), new IoRange(next, next + piece.length() - 1), piece.startByte(), prot));
            next += piece.length();
        }
        for (IoArea area : made) {
            long error = fill.fillAll(area, table.domains().toList());
            if (error != 0) {
                made.subList(0, made.indexOf(area))
                        .forEach(done -> fill.unfillAll(done, table.domains().toList()));
                return error;
            }
        }
        made.forEach(table.areaList()::add);
        return 0;
    }

    // iopt_insert_area
    private long insertable(Piece piece, int prot) {
        if ((prot & WRITE) != 0 && !piece.pages().isWritable()) {
            return Errno.EPERM.negative();
        }
        long page = ioas.ctx().module().memory().pageBytes();
        long offset = (piece.pages().address() + piece.startByte()) % page;
        return (offset & table.alignment().get() - 1) != 0 ? Errno.EINVAL.negative() : 0;
    }

    /** iopt_get_pages: the pieces behind a range that is mapped without a gap; empty for -ENOENT. */
    List<Piece> piecesOf(long iova, long length) {
        var pieces = new ArrayList<Piece>();
        long last = iova + length - 1;
        long next = iova;
        while (Long.compareUnsigned(next, last) <= 0) {
            Optional<IoArea> area = table.firstArea(next, next);
            if (area.isEmpty()) {
                return List.of();
            }
            long end = Long.compareUnsigned(area.get().range().last(), last) < 0
                    ? area.get().range().last()
                    : last;
            pieces.add(new Piece(area.get().pages(), area.get().byteOf(next), end - next + 1));
            next = end + 1;
        }
        return pieces;
    }

    /** iommufd_access_pin_pages, area by area; an error undoes what was pinned before it. */
    long addAccess(IoRange range, boolean write) {
        long next = range.start();
        while (true) {
            long done = next;
            Optional<IoArea> area = table.firstArea(next, next);
            long error = area.isEmpty() ? Errno.ENOENT.negative() : addAccess(area.get(), next, range, write);
            if (error != 0) {
                if (done != range.start()) {
                    removeAccess(new IoRange(range.start(), done - 1));
                }
                return error;
            }
            long last = area.orElseThrow().range().last();
            if (Long.compareUnsigned(last, range.last()) >= 0) {
                return 0;
            }
            next = last + 1;
        }
    }

    private long addAccess(IoArea area, long from, IoRange range, boolean write) {
        long page = ioas.ctx().module().memory().pageBytes();
        boolean goesOn = Long.compareUnsigned(area.range().last(), range.last()) < 0;
        boolean wholePages = area.addressOf(from) % page == 0
                && (!goesOn || (area.addressOf(area.range().last()) + 1) % page == 0);
        if (area.preventAccess().get() || !wholePages) {
            return Errno.EINVAL.negative();
        }
        if ((area.prot() & (write ? WRITE : READ)) == 0
                || write && !area.pages().isWritable()) {
            return Errno.EPERM.negative();
        }
        long error = fill.pinForAccess(area);
        if (error == 0) {
            area.accesses().add(1);
        }
        return error;
    }

    /** iopt_area_remove_access for each area of a range. */
    void removeAccess(IoRange range) {
        table.areas().stream()
                .filter(area -> area.range().overlaps(range.start(), range.last()))
                .forEach(area -> area.accesses().add(-1));
    }

    /** What unmapping answers: an errno, and how many bytes went, which can be some before an error, too. */
    record Unmapped(long error, long bytes) {}

    /**
     * iopt_unmap_iova_range: every area inside the range; -ENOENT when there is none, or when one sticks out, which ends it
     * there. Accesses that have pages of it are asked to give them back, a hundred times; then it is -EDEADLK.
     */
    Unmapped unmap(long start, long last) {
        long[] bytes = {0};
        long error = ioas.machine().call(Lane.USER, UNMAP, ioas, start, last, () -> {
            for (Optional<IoArea> area = table.firstArea(start, last);
                    area.isPresent();
                    area = table.firstArea(start, last)) {
                if (!area.get().range().isWithin(start, last)) {
                    return Errno.ENOENT.negative();
                }
                if (!isGivenBack(area.get())) {
                    ioas.ctx().module().kernel().log().warnOn(UNMAP, ioas);
                    return Errno.EDEADLK.negative();
                }
                fill.unfillAll(area.get(), table.domains().toList());
                table.areaList().remove(area.get());
                bytes[0] += area.get().length();
            }
            return bytes[0] == 0 ? Errno.ENOENT.negative() : 0;
        });
        return new Unmapped(error, bytes[0]);
    }

    private boolean isGivenBack(IoArea area) {
        for (int tries = 0; area.accesses().isSet() && tries < TRIES; tries++) {
            area.preventAccess().set(true);
            ioas.machine()
                    .run(
                            Lane.USER,
                            NOTIFY,
                            ioas,
                            area.start(),
                            area.length(),
                            () -> ioas.domains().accesses().forEach(access -> access.told(area.range())));
        }
        return !area.accesses().isSet();
    }
}
