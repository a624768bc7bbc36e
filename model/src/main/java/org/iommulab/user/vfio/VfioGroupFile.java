package org.iommulab.user.vfio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.core.DmaOwnership;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;
import org.iommulab.user.held.Held;

/**
 * /dev/vfio/N, open (drivers/vfio/vfio_main.c up to v6.1, then group.c). Closed while device files are open, it lives on
 * with them.
 */
public final class VfioGroupFile extends VfioFile {
    /** VFIO_GROUP_FLAGS_VIABLE: nobody but VFIO drives a member. */
    public static final int VIABLE = 1;

    /** VFIO_GROUP_FLAGS_CONTAINER_SET. */
    public static final int CONTAINER_SET = 2;

    private final VfioGroup group;

    VfioGroupFile(VfioGroup group) {
        super(group.machine());
        this.group = group;
    }

    @Override
    public String label() {
        return group.path();
    }

    /** What GET_STATUS says: an errno, or the flags. */
    public record Status(long error, int flags) {}

    /** VFIO_GROUP_GET_STATUS: -ENODEV when the last vfio device of the group is unbound. */
    public Status status() {
        long result = ioctl(function("vfio_group_ioctl_get_status", Operand.NONE), () -> {
            if (group.iommuGroup().isNull()) {
                return Errno.ENODEV.negative();
            }
            if (!group.container().isNull()) {
                return VIABLE | CONTAINER_SET;
            }
            return DmaOwnership.isClaimed(group.iommuGroup().require()) ? 0 : VIABLE;
        });
        return result < 0 ? new Status(result, 0) : new Status(0, (int) result);
    }

    /**
     * VFIO_GROUP_SET_CONTAINER: -EBADF on a closed file, -EINVAL when the group is in a container already, -ENODEV when
     * its last vfio device is unbound, then what claiming the group and attaching it say. Another file than a container:
     * -EINVAL up to v6.1, then -EBADFD.
     */
    public long setContainer(VfioFile file) {
        return ioctl(function("vfio_group_ioctl_set_container", Operand.OBJECT), file.id(), 0, () -> {
            if (file.isClosed()) {
                return Errno.EBADF.negative();
            }
            if (!group.container().isNull()) {
                return Errno.EINVAL.negative();
            }
            if (group.iommuGroup().isNull()) {
                return Errno.ENODEV.negative();
            }
            if (file instanceof VfioContainer container) {
                return container.attach(group);
            }
            return (kernel().since(Version.V6_2) ? Errno.EBADFD : Errno.EINVAL).negative();
        });
    }

    /** VFIO_GROUP_UNSET_CONTAINER: -EINVAL when it is in none, -EBUSY while a device file is open. */
    public long unsetContainer() {
        return ioctl(function("vfio_group_ioctl_unset_container", Operand.NONE), () -> {
            if (group.container().isNull()) {
                return Errno.EINVAL.negative();
            }
            if (group.containerUsers().get() != 1) {
                return Errno.EBUSY.negative();
            }
            group.leave();
            return 0;
        });
    }

    /**
     * VFIO_GROUP_GET_DEVICE_FD: -ENODEV when no vfio driver has a member of that name, -EINVAL when the group is in no
     * container or the container has no IOMMU type.
     */
    public Vfio.Opened deviceFd(String name) {
        Optional<VfioDevice> device = group.devices().toList().stream()
                .filter(each -> each.device().label().equals(name))
                .findFirst();
        var made = new ArrayList<VfioFile>(1);
        long result = ioctl(
                function("vfio_group_ioctl_get_device_fd", Operand.OBJECT),
                device.map(VfioDevice::id).orElse(0),
                0,
                () -> device.map(each -> open(each, made)).orElse((long) Errno.ENODEV.negative()));
        return new Vfio.Opened(Math.min(result, 0), made.stream().findFirst());
    }

    private long open(VfioDevice device, List<VfioFile> made) {
        long error = device.open();
        if (error == 0) {
            var file = new VfioDeviceFile(device);
            vfio().files().add(file);
            made.add(file);
        }
        return error;
    }

    @Override
    Vfio vfio() {
        return group.vfio();
    }

    @Override
    Held held() {
        return VfioHeld.of(this, group);
    }

    @Override
    void release() {
        group.putFile();
    }

    private Kernel kernel() {
        return group.vfio().kernel();
    }

    private Term function(String name, Operand a) {
        return function(kernel(), name, a);
    }

    /** A function of VFIO's groups, in the file where this kernel has it. */
    static Term function(Kernel kernel, String name, Operand a) {
        String file = kernel.since(Version.V6_2) ? "drivers/vfio/group.c" : "drivers/vfio/vfio_main.c";
        return Term.of(name, file, a, Operand.NONE, Operand.ERRNO);
    }
}
