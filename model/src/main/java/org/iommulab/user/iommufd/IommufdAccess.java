package org.iommulab.user.iommufd;

import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct iommufd_access}: a driver that reaches the program's memory by the CPU, as one of a mediated device does; it
 * pins pages under the addresses of an IOAS (drivers/iommu/iommufd/device.c). A program can call for nothing here, and knows
 * only the number.
 */
public final class IommufdAccess extends IommufdObject {
    private static final String FILE = IommufdDevice.FILE;
    private static final Term CREATE = Term.function("iommufd_access_create", FILE);
    private static final Term DESTROY = Term.function("iommufd_access_destroy", FILE);
    private static final Term DESTROY_OBJECT = Term.function("iommufd_access_destroy_object", FILE);
    private static final Term ATTACH =
            Term.of("iommufd_access_attach", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term REPLACE =
            Term.of("iommufd_access_replace", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term DETACH = Term.function("iommufd_access_detach", FILE);
    private static final Term PIN = Term.of("iommufd_access_pin_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNPIN =
            Term.of("iommufd_access_unpin_pages", FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    private static final Term TOLD =
            Term.of("vfio_emulated_unmap", "drivers/vfio/iommufd.c", Operand.HEX, Operand.HEX, Operand.NONE);

    private final boolean letsGo;
    private final RefCell<Ioas> ioas;
    private final RefList<Pin> pins;

    private IommufdAccess(IommufdCtx ctx, boolean letsGo) {
        super(ctx);
        this.letsGo = letsGo;
        this.ioas = new RefCell<>(this, Lane.USER, Term.reference("access.ioas"), Ioas.class);
        this.pins = new RefList<>(this, Pin.class);
    }

    /** Pages that the driver has and not given back. */
    private static final class Pin extends SimObject {
        private final IoRange range;

        Pin(IommufdAccess owner, IoRange range) {
            super(owner.machine());
            this.range = range;
        }

        @Override
        public String label() {
            return "pinned 0x" + Long.toHexString(range.start());
        }
    }

    /**
     * iommufd_access_create, of a driver that pins pages (vfio_iommufd_emulated_bind).
     *
     * @param letsGo whether the driver gives pages back when it is asked to; one that does not is a bug
     */
    public static IommufdAccess create(IommufdCtx ctx, boolean letsGo) {
        var made = new IommufdAccess[1];
        ctx.machine().run(Lane.USER, CREATE, ctx, 0, 0, () -> {
            made[0] = new IommufdAccess(ctx, letsGo);
            made[0].users().add(1);
            ctx.hold();
        });
        return made[0];
    }

    @Override
    public String label() {
        return "iommufd access " + number();
    }

    /** The address space it is attached to; NULL for none. */
    RefCell<Ioas> ioas() {
        return ioas;
    }

    /** Ranges of pages that its driver holds. */
    int pinned() {
        return pins.size();
    }

    /** What its driver asks for a start of a range: whole pages. */
    long alignment() {
        return ctx().module().memory().pageBytes();
    }

    /** iommufd_access_destroy: the driver needs it no more. */
    public void destroyByDriver() {
        machine().run(Lane.USER, DESTROY, this, 0, 0, () -> ctx().destroyUser(this));
    }

    @Override
    void destroy() {
        machine().run(Lane.USER, DESTROY_OBJECT, this, 0, 0, () -> {
            if (!ioas.isNull()) {
                change(Optional.empty());
            }
            ctx().letGo();
        });
    }

    /** vfio_iommufd_emulated_attach_ioas: from where it is to another. -ENOENT for a number that is no IOAS. */
    public long attach(int number) {
        return machine()
                .call(
                        Lane.USER,
                        ioas.isNull() ? ATTACH : REPLACE,
                        this,
                        number,
                        0,
                        () -> ctx().find(number).orElse(null) instanceof Ioas found
                                ? change(Optional.of(found))
                                : Errno.ENOENT.negative());
    }

    /** vfio_iommufd_emulated_detach_ioas; nothing when it is on none. */
    public void detach() {
        if (!ioas.isNull()) {
            machine().run(Lane.USER, DETACH, this, 0, 0, () -> change(Optional.empty()));
        }
    }

    // iommufd_access_change_ioas
    private long change(Optional<Ioas> wanted) {
        Optional<Ioas> before = ioas.get();
        if (before.equals(wanted)) {
            return 0;
        }
        if (wanted.isPresent()) {
            long error = wanted.get().domains().addAccess(this);
            if (error != 0) {
                return error;
            }
            wanted.get().users().add(1);
        }
        before.ifPresent(old -> {
            told(new IoRange(0, -1));
            old.domains().removeAccess(this);
            old.users().add(-1);
        });
        ioas.set(wanted);
        return 0;
    }

    /** ops->unmap: what is mapped there goes, and the driver is to give back what it has of it. */
    void told(IoRange range) {
        machine().run(Lane.USER, TOLD, this, range.start(), range.last() - range.start() + 1, () -> {
            if (letsGo) {
                for (Pin pin : pins.toList()) {
                    if (pin.range.overlaps(range.start(), range.last())) {
                        unpin(pin);
                    }
                }
            }
        });
    }

    /**
     * iommufd_access_pin_pages: -ENOENT on no IOAS and for what is not mapped without a gap, -EINVAL for parts of pages and
     * for what is about to go, -EPERM for rights that the mapping has not, -EFAULT where the program has no memory.
     */
    public long pin(long iova, long length, boolean write) {
        return machine().call(Lane.USER, PIN, this, iova, length, () -> {
            if (length == 0) {
                return Errno.EINVAL.negative();
            }
            long last = iova + length - 1;
            if (Long.compareUnsigned(last, iova) < 0) {
                return Errno.EOVERFLOW.negative();
            }
            if (ioas.isNull()) {
                return Errno.ENOENT.negative();
            }
            var range = new IoRange(iova, last);
            long error = ioas.require().areas().addAccess(range, write);
            if (error == 0) {
                pins.add(new Pin(this, range));
            }
            return error;
        });
    }

    /** iommufd_access_unpin_pages, for a range that was pinned: false when it was not. */
    public boolean unpin(long iova, long length) {
        List<Pin> found = pins.toList().stream()
                .filter(pin -> pin.range.start() == iova && pin.range.last() == iova + length - 1)
                .toList();
        found.stream().findFirst().ifPresent(this::unpin);
        return !found.isEmpty();
    }

    private void unpin(Pin pin) {
        IoRange range = pin.range;
        machine().run(Lane.USER, UNPIN, this, range.start(), range.last() - range.start() + 1, () -> {
            pins.remove(pin);
            ioas.require().areas().removeAccess(range);
        });
    }
}
