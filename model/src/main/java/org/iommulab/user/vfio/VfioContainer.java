package org.iommulab.user.vfio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;
import org.iommulab.user.held.Held;

/**
 * /dev/vfio/vfio, open: groups, and once they have an IOMMU type an address space (drivers/vfio/container.c). It lives
 * as long as its file or a group in it; without groups it is as new.
 */
public final class VfioContainer extends VfioFile {
    private static final String FILE = "drivers/vfio/container.c";
    private static final Term OPEN = Term.function("vfio_fops_open", FILE);
    private static final Term RELEASE = Term.function("vfio_fops_release", FILE);
    private static final Term CHECK_EXTENSION =
            Term.of("vfio_container_ioctl_check_extension", FILE, Operand.DECIMAL, Operand.NONE, Operand.DECIMAL);
    private static final Term SET_IOMMU =
            Term.of("vfio_ioctl_set_iommu", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term ATTACH_GROUP = Term.function("vfio_container_attach_group", FILE);
    private static final Term DETACH_GROUP = Term.function("vfio_group_detach_container", FILE);
    private static final Term NOIOMMU_IOCTL = Term.function("vfio_noiommu_ioctl", FILE);
    private static final Term IOCTL =
            Term.of("vfio_iommu_type1_ioctl", Type1Iommu.FILE, Operand.NONE, Operand.NONE, Operand.ERRNO);

    private final Vfio vfio;
    private final RefList<VfioGroup> groups;
    private final RefCell<Type1Iommu> iommu;
    private final FlagCell noIommuSet;

    private VfioContainer(Vfio vfio) {
        super(vfio.machine());
        this.vfio = vfio;
        this.groups = new RefList<>(this, VfioGroup.class);
        this.noIommuSet = new FlagCell(this, Lane.USER, Term.flag("iommu_driver: vfio-noiommu"));
        this.iommu = new RefCell<>(this, Lane.USER, Term.reference("iommu_data"), Type1Iommu.class);
    }

    static VfioContainer open(Vfio vfio) {
        var container = new VfioContainer(vfio);
        vfio.machine().run(Lane.USER, OPEN, container, 0, 0, () -> vfio.files().add(container));
        return container;
    }

    @Override
    public String label() {
        return Vfio.CONTAINER;
    }

    /** NULL until SET_IOMMU, and again when the last group has left. */
    RefCell<Type1Iommu> iommu() {
        return iommu;
    }

    /** VFIO_GET_API_VERSION. */
    public long apiVersion() {
        return isClosed() ? Errno.EBADF.negative() : 0;
    }

    /**
     * VFIO_CHECK_EXTENSION: while there is no type, of every back end that the groups could have, the first that answers yes;
     * then of the container's.
     */
    public long checkExtension(int type) {
        return ioctl(CHECK_EXTENSION, type, 0, () -> {
            boolean type1 = noIommuSet.get() ? false : !iommu.isNull() || groups.isEmpty() || !isNoIommu();
            long answer = type1 ? Type1Extensions.check(iommu.get(), type) : 0;
            boolean other = iommu.isNull() && (groups.isEmpty() || isNoIommu());
            return answer > 0 || !other ? answer : noIommuExtension(type);
        });
    }

    // vfio_noiommu_ioctl
    private long noIommuExtension(int type) {
        return vfio.noIommu().isEnabled() && type == Type1Extensions.NOIOMMU ? 1 : 0;
    }

    /** Whether its groups have no IOMMU: real groups and others do not mix. */
    private boolean isNoIommu() {
        return groups.toList().stream().anyMatch(VfioGroup::isNoIommu);
    }

    boolean hasType() {
        return !iommu.isNull() || noIommuSet.get();
    }

    /** VFIO_SET_IOMMU: the groups are attached, the one that was added last first; an error undoes what was done. */
    public long setIommu(int type) {
        return ioctl(SET_IOMMU, type, 0, () -> {
            if (groups.isEmpty() || hasType()) {
                return Errno.EINVAL.negative();
            }
            if (isNoIommu()) {
                boolean offered = noIommuExtension(type) > 0;
                noIommuSet.set(offered);
                return offered ? 0 : Errno.ENODEV.negative();
            }
            if (Type1Extensions.check(Optional.empty(), type) <= 0) {
                return Errno.ENODEV.negative();
            }
            if (!Type1Extensions.canBeOpened(type)) {
                return Errno.EINVAL.negative();
            }
            var data = new Type1Iommu(vfio, type);
            long error = attachAll(data);
            if (error == 0) {
                iommu.set(data);
            }
            return error;
        });
    }

    // __vfio_container_attach_groups
    private long attachAll(Type1Iommu data) {
        var attached = new ArrayList<Group>();
        for (VfioGroup group : groups.toList()) {
            Group own = group.iommuGroup().require();
            long error = data.attachGroup(own);
            if (error != 0) {
                attached.reversed().forEach(data::detachGroup);
                return error;
            }
            attached.add(own);
        }
        return 0;
    }

    /**
     * vfio_container_attach_group: the group is claimed, and attached if the container has a type; -EPERM where groups with
     * and without an IOMMU would meet.
     */
    long attach(VfioGroup group) {
        return machine().call(Lane.USER, ATTACH_GROUP, this, group.id(), 0, () -> {
            if (!groups.isEmpty() && isNoIommu() != group.isNoIommu()) {
                return Errno.EPERM.negative();
            }
            long error = group.isNoIommu() ? 0 : claim(group, group.iommuGroup().require());
            if (error != 0) {
                return error;
            }
            group.container().set(this);
            group.containerUsers().set(1);
            groups.addFirst(group);
            return 0;
        });
    }

    private long claim(VfioGroup group, Group own) {
        long error = vfio.core().ownership().claim(own, group);
        if (error != 0) {
            return error;
        }
        error = iommu.get().map(data -> data.attachGroup(own)).orElse(0L);
        if (error != 0) {
            vfio.core().ownership().release(own);
        }
        return error;
    }

    /** vfio_group_detach_container: with the last group the type and all mappings are gone. */
    void detach(VfioGroup group) {
        machine().run(Lane.USER, DETACH_GROUP, group, id(), 0, () -> {
            Group own = group.iommuGroup().require();
            iommu.get().ifPresent(data -> data.detachGroup(own));
            if (!group.isNoIommu()) {
                vfio.core().ownership().release(own);
            }
            group.container().setNull();
            group.containerUsers().set(0);
            groups.remove(group);
            if (groups.isEmpty()) {
                iommu.setNull();
                noIommuSet.set(false);
                if (isClosed()) {
                    vfio.files().remove(this);
                }
            }
        });
    }

    /** What VFIO_IOMMU_UNMAP_DMA gives back: an errno, and the size field, which an error leaves as it was. */
    public record Unmapped(long error, long size) {}

    /**
     * VFIO_IOMMU_MAP_DMA.
     *
     * @param vaddr the user's address, see {@link UserMemory#address}
     * @param flags {@link Type1Iommu#READ}, {@link Type1Iommu#WRITE}
     */
    public long map(long iova, long size, long vaddr, int flags) {
        return withType(data -> data.map(iova, size, vaddr, flags));
    }

    /** VFIO_IOMMU_UNMAP_DMA; {@link Type1Iommu#UNMAP_ALL} takes all mappings. */
    public Unmapped unmap(long iova, long size, int flags) {
        long[] unmapped = {size};
        long error = withType(data -> {
            Unmapped answer = data.unmap(iova, size, flags);
            unmapped[0] = answer.size();
            return answer.error();
        });
        return new Unmapped(error, unmapped[0]);
    }

    /** VFIO_IOMMU_GET_INFO. */
    public Type1Info info() {
        var info = new Type1Info[1];
        long error = withType(data -> {
            info[0] = data.info();
            return 0;
        });
        return error == 0 ? info[0] : new Type1Info(error, 0, 0, List.of());
    }

    // any other call than those above goes to the back end, of which there is none yet; vfio-noiommu knows none of them
    private long withType(ToLongFunction<Type1Iommu> call) {
        return noIommuSet.get()
                ? ioctl(NOIOMMU_IOCTL, Errno.ENOTTY::negative)
                : ioctl(IOCTL, () -> iommu.get().map(call::applyAsLong).orElse((long) Errno.EINVAL.negative()));
    }

    @Override
    Vfio vfio() {
        return vfio;
    }

    @Override
    boolean isKept() {
        return !groups.isEmpty();
    }

    @Override
    Held held() {
        return VfioHeld.of(this);
    }

    /** The groups in it, the latest first. */
    RefList<VfioGroup> groups() {
        return groups;
    }

    boolean isNoIommuSet() {
        return noIommuSet.get();
    }

    /** Groups in it hold it: nothing happens to them. */
    @Override
    void release() {
        machine().run(Lane.USER, RELEASE, this, 0, 0, () -> {});
    }
}
