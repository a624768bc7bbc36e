package org.iommulab.user.vfio;

import java.util.Optional;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;
import org.iommulab.user.held.Held;
import org.iommulab.user.iommufd.IommufdCtx;
import org.iommulab.user.iommufd.IommufdDevice;

/**
 * A device's own file, /dev/vfio/devices/vfioN (v6.6; drivers/vfio/device_cdev.c, iommufd.c): it can do nothing until it is
 * bound to an open /dev/iommu. Not compared with a capture.
 */
public final class VfioCdevFile extends VfioFile {
    private static final String CDEV = "drivers/vfio/device_cdev.c";
    private static final String IOMMUFD = "drivers/vfio/iommufd.c";
    private static final Term OPEN = Term.function("vfio_device_fops_cdev_open", CDEV);
    private static final Term RELEASE = Term.function("vfio_device_fops_release", "drivers/vfio/vfio_main.c");
    private static final Term BIND =
            Term.of("vfio_df_ioctl_bind_iommufd", CDEV, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term ATTACH =
            Term.of("vfio_df_ioctl_attach_pt", CDEV, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term DETACH =
            Term.of("vfio_df_ioctl_detach_pt", CDEV, Operand.NONE, Operand.NONE, Operand.ERRNO);
    private static final Term UNBIND =
            Term.of("vfio_iommufd_physical_unbind", IOMMUFD, Operand.NONE, Operand.NONE, Operand.NONE);

    private final Vfio vfio;
    private final VfioDevice device;
    private final RefCell<IommufdCtx> iommufd;
    private final RefCell<IommufdDevice> bound;
    private final FlagCell attached;

    private VfioCdevFile(Vfio vfio, VfioDevice device) {
        super(device.machine());
        this.vfio = vfio;
        this.device = device;
        this.iommufd = new RefCell<>(this, Lane.USER, Term.reference("iommufd"), IommufdCtx.class);
        this.bound = new RefCell<>(this, Lane.USER, Term.reference("iommufd_device"), IommufdDevice.class);
        this.attached = new FlagCell(this, Lane.USER, Term.flag("iommufd_attached"));
    }

    static VfioCdevFile open(Vfio vfio, VfioDevice device) {
        var file = new VfioCdevFile(vfio, device);
        vfio.machine().run(Lane.USER, OPEN, file, 0, 0, () -> {
            device.cdevFiles().add(1);
            vfio.files().add(file);
        });
        return file;
    }

    @Override
    public String label() {
        return Vfio.DEVICE + device.index();
    }

    @Override
    Vfio vfio() {
        return vfio;
    }

    @Override
    Held held() {
        return VfioHeld.of(this, device);
    }

    /** What it was bound as: its number is what iommufd's calls want. */
    public Optional<IommufdDevice> bound() {
        return bound.get();
    }

    /**
     * VFIO_DEVICE_BIND_IOMMUFD: -EBUSY while the group file is open, -EINVAL when this or another file of the device is bound
     * already, -EBADF for a closed /dev/iommu, and what iommufd_device_bind says.
     */
    public long bind(IommufdCtx ctx) {
        return ioctl(BIND, ctx.id(), 0, () -> {
            VfioGroup group = device.group();
            if (!group.block()) {
                return Errno.EBUSY.negative();
            }
            long error = bound.isNull() ? open(ctx) : Errno.EINVAL.negative();
            if (error != 0) {
                group.unblock();
            }
            return error;
        });
    }

    // vfio_df_open, vfio_df_device_first_open
    private long open(IommufdCtx ctx) {
        if (ctx.isClosed()) {
            return Errno.EBADF.negative();
        }
        if (device.openings().isSet()) {
            return Errno.EINVAL.negative(); // only by its group can a device be opened twice
        }
        IommufdDevice.Bound answer = IommufdDevice.bind(ctx, device.device());
        if (answer.device().isEmpty()) {
            return answer.error();
        }
        ctx.hold();
        iommufd.set(ctx);
        bound.set(answer.device());
        device.openings().set(1);
        device.pci().ifPresent(VfioPciCore::enable);
        return 0;
    }

    /**
     * VFIO_DEVICE_ATTACH_IOMMUFD_PT: to an IOAS or a HWPT of this number; from where it was straight to there. -EINVAL before
     * it is bound.
     */
    public long attach(int number) {
        return ioctl(ATTACH, number, 0, () -> {
            if (bound.isNull()) {
                return Errno.EINVAL.negative();
            }
            IommufdDevice own = bound.require();
            long error = attached.get() ? own.replace(number) : own.attach(number);
            if (error == 0) {
                attached.set(true);
            }
            return error;
        });
    }

    /** VFIO_DEVICE_DETACH_IOMMUFD_PT: 0 when it was attached to nothing, too; -EINVAL before it is bound. */
    public long detach() {
        return ioctl(DETACH, () -> {
            if (bound.isNull()) {
                return Errno.EINVAL.negative();
            }
            detachIfAttached();
            return 0;
        });
    }

    private void detachIfAttached() {
        if (attached.get()) {
            bound.require().detach();
            attached.set(false);
        }
    }

    /** A write to the command register, as of {@link VfioDeviceFile#setBusMaster}; -EINVAL before it is bound. */
    public long setBusMaster(boolean on) {
        return ioctl(VfioDeviceFile.CONFIG, on ? 1 : 0, 0, () -> {
            if (bound.isNull() || device.pci().isEmpty()) {
                return Errno.EINVAL.negative();
            }
            device.pci().get().setBusMaster(on);
            return 0;
        });
    }

    @Override
    void release() {
        machine().run(Lane.USER, RELEASE, device.device(), 0, 0, () -> {
            if (!bound.isNull()) {
                device.pci().ifPresent(VfioPciCore::disable);
                machine().run(Lane.USER, UNBIND, device.device(), 0, 0, () -> {
                    detachIfAttached();
                    bound.require().unbind();
                    bound.setNull();
                });
                device.openings().set(0);
                iommufd.require().letGo();
                iommufd.setNull();
                device.group().unblock();
            }
            device.cdevFiles().add(-1);
        });
        if (!device.isOpen()) {
            vfio.bus().finishUnbind(device.device());
        }
    }
}
