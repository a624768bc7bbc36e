package org.iommulab.user.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.iommulab.core.Domains;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct iommufd_ctx}: /dev/iommu, open, with its objects (drivers/iommu/iommufd/main.c). Devices that are bound
 * hold the file, so that closing it first is legal. It owns the groups of its devices, as far as the core is concerned.
 */
public final class IommufdCtx extends SimObject {
    private static final String FILE = "drivers/iommu/iommufd/main.c";
    private static final Term OPEN = Term.function("iommufd_fops_open", FILE);
    private static final Term RELEASE = Term.function("iommufd_fops_release", FILE);
    private static final Term DESTROY = Term.of("iommufd_destroy", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term FAULT_ALLOC = Term.of(
            "iommufd_fault_alloc", "drivers/iommu/iommufd/fault.c", Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term HW_INFO =
            Term.of("iommufd_get_hw_info", IommufdDevice.FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term REMOVE =
            Term.of("iommufd_object_remove", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);

    private final Iommufd module;
    private final RefList<IommufdObject> objects;
    private final RefList<IommufdGroup> groups;
    private final FlagCell closed;
    private final LongCell holders;
    private final IoasCalls ioas;
    private final HwptCalls hwpt;

    private IommufdCtx(Iommufd module) {
        super(module.kernel().machine());
        this.module = module;
        this.objects = new RefList<>(this, IommufdObject.class);
        this.groups = new RefList<>(this, IommufdGroup.class);
        this.closed = new FlagCell(this, Lane.USER, Term.flag("closed"));
        this.holders = new LongCell(this, Lane.USER, Term.count("f_count"));
        this.ioas = new IoasCalls(this);
        this.hwpt = new HwptCalls(this);
    }

    static IommufdCtx open(Iommufd module) {
        var ctx = new IommufdCtx(module);
        ctx.machine().run(Lane.USER, OPEN, ctx, 0, 0, () -> {
            ctx.holders.set(1);
            module.files().add(ctx);
        });
        return ctx;
    }

    @Override
    public String label() {
        return Iommufd.PATH;
    }

    /** Calls about address spaces. */
    public IoasCalls ioas() {
        return ioas;
    }

    /** Calls about hardware page tables. */
    public HwptCalls hwpt() {
        return hwpt;
    }

    /** IOMMU_FAULT_QUEUE_ALLOC: its number, and its file. */
    public long allocFault() {
        return ioctl(FAULT_ALLOC, 0, 0, () -> new IommufdFault(this).number());
    }

    /** The FAULT object of this number. */
    public Optional<IommufdFault> fault(int number) {
        return find(number).filter(IommufdFault.class::isInstance).map(IommufdFault.class::cast);
    }

    /** What IOMMU_GET_HW_INFO answers: an errno, or what the device's IOMMU driver tells, which can be nothing. */
    public record HwInfo(long error, Optional<OpsTable.HardwareInfo> info) {}

    /** IOMMU_GET_HW_INFO: -ENOENT for what is no device. No unit of the lab tracks what is written to. */
    public HwInfo hardwareInfo(int number) {
        var info = new ArrayList<OpsTable.HardwareInfo>();
        long error = ioctl(HW_INFO, number, 0, () -> {
            if (!(find(number).orElse(null) instanceof IommufdDevice own)) {
                return Errno.ENOENT.negative();
            }
            Domains.hardwareInfo(own.device()).ifPresent(info::add);
            return 0;
        });
        return new HwInfo(error, info.stream().findFirst());
    }

    /** How many devices of a group are bound to it: so often it has claimed the group. */
    public long boundOf(Group group) {
        return objects.toList().stream()
                .filter(object -> object instanceof IommufdDevice bound
                        && bound.group().group().is(group))
                .count();
    }

    /** close(2): 0, or -EBADF the second time. */
    public long close() {
        if (closed.get()) {
            return Errno.EBADF.negative();
        }
        closed.set(true);
        letGo();
        return 0;
    }

    public boolean isClosed() {
        return closed.get();
    }

    /** iommufd_ctx_get: whoever is bound holds the file. */
    public void hold() {
        holders.add(1);
    }

    /** iommufd_ctx_put: after the last everything that is left goes, leaves first. */
    public void letGo() {
        if (holders.add(-1) == 0) {
            machine().run(Lane.USER, RELEASE, this, 0, 0, this::releaseAll);
        }
    }

    private void releaseAll() {
        module.files().remove(this);
        boolean progress = true;
        while (progress && !objects.isEmpty()) {
            progress = false;
            for (IommufdObject each : all()) {
                if (objects.contains(each) && each.users().get() == 1) {
                    progress = true;
                    objects.remove(each);
                    each.users().set(0);
                    each.destroy();
                }
            }
        }
        if (!objects.isEmpty()) {
            module.kernel().log().warnOn(RELEASE, this);
        }
    }

    /** IOMMU_DESTROY: -ENOENT for a number that nothing has, -EBUSY for what is in use. */
    public long destroy(int number) {
        return ioctl(
                DESTROY,
                number,
                0,
                () -> find(number)
                        .map(object -> machine().call(Lane.USER, REMOVE, this, object.id(), 0, () -> remove(object)))
                        .orElse((long) Errno.ENOENT.negative()));
    }

    private static long remove(IommufdObject object) {
        if (object.users().get() != 1) {
            return Errno.EBUSY.negative();
        }
        object.ctx().objects.remove(object);
        object.users().set(0);
        object.destroy();
        return 0;
    }

    /** iommufd_object_destroy_user: the caller has a use of its own, which goes with it. */
    void destroyUser(IommufdObject object) {
        object.users().add(-1);
        if (remove(object) != 0) {
            module.kernel().log().warnOn(REMOVE, object);
        }
    }

    /** The object of this number. */
    Optional<IommufdObject> find(int number) {
        return objects.toList().stream()
                .filter(object -> object.number() == number)
                .findFirst();
    }

    /** The objects that there are, by number. */
    public List<IommufdObject> all() {
        return objects.toList().stream()
                .sorted((a, b) -> Integer.compare(a.number(), b.number()))
                .toList();
    }

    /** xa_alloc: the smallest number from 1 that is free. */
    int freeNumber() {
        int number = 1;
        while (find(number).isPresent()) {
            number++;
        }
        return number;
    }

    RefList<IommufdObject> objects() {
        return objects;
    }

    Iommufd module() {
        return module;
    }

    /** iommufd_get_group: one for each group of the core's that has a device here. */
    IommufdGroup groupOf(Group group) {
        IommufdGroup own = groups.toList().stream()
                .filter(each -> each.group().is(group))
                .findFirst()
                .orElseGet(() -> {
                    var made = new IommufdGroup(this, group);
                    groups.add(made);
                    return made;
                });
        own.users().add(1);
        return own;
    }

    /** iommufd_put_group. */
    void put(IommufdGroup group) {
        if (group.users().add(-1) == 0) {
            groups.remove(group);
        }
    }

    /** A call through this file, as an event; -EBADF when it is closed. */
    long ioctl(Term function, long a, long b, LongSupplier body) {
        return closed.get() ? Errno.EBADF.negative() : machine().call(Lane.USER, function, this, a, b, body);
    }
}
