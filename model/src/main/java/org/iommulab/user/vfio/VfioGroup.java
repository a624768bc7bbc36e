package org.iommulab.user.vfio;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Taint;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct vfio_group}: it comes with the first member of an IOMMU group that a vfio driver is bound to, and goes
 * with the last. A group file that is still open then points at a group that is no more.
 */
final class VfioGroup extends SimObject {
    private static final String NO_IOMMU_NAME = "vfio-noiommu";
    private static final Term TAINT = LogText.of("<4>Adding kernel taint for vfio-noiommu group on device");

    private final Vfio vfio;
    private final int number;
    private final boolean noIommu;
    private final RefCell<Group> iommuGroup;
    private final RefList<VfioDevice> devices;
    private final RefCell<VfioContainer> container;
    private final LongCell containerUsers;
    private final LongCell fileUsers;
    private final LongCell cdevUsers;

    /** @param noIommu VFIO_NO_IOMMU: a group of VFIO's own, for a device that has none */
    private VfioGroup(Vfio vfio, Group group, boolean noIommu) {
        super(vfio.machine());
        this.vfio = vfio;
        this.number = group.number();
        this.noIommu = noIommu;
        this.iommuGroup = new RefCell<>(this, Lane.USER, Term.reference("iommu_group"), Group.class);
        this.devices = new RefList<>(this, VfioDevice.class);
        this.container = new RefCell<>(this, Lane.USER, Term.reference("container"), VfioContainer.class);
        this.containerUsers = new LongCell(this, Lane.USER, Term.count("container_users"));
        this.fileUsers = new LongCell(this, Lane.USER, Term.count("users of the group file"));
        this.cdevUsers = new LongCell(this, Lane.USER, Term.count("cdev_device_open_cnt"));
        iommuGroup.setQuietly(Optional.of(group));
    }

    @Override
    public String label() {
        return "vfio group " + number;
    }

    Vfio vfio() {
        return vfio;
    }

    int number() {
        return number;
    }

    /** Whether no IOMMU stands behind it. */
    boolean isNoIommu() {
        return noIommu;
    }

    /** Its file. */
    String path() {
        return Vfio.GROUP + (noIommu ? "noiommu-" : "") + number;
    }

    /** NULL once the last vfio device of the group is gone. */
    RefCell<Group> iommuGroup() {
        return iommuGroup;
    }

    /** Members that a vfio driver is bound to, the latest first. */
    RefList<VfioDevice> devices() {
        return devices;
    }

    RefCell<VfioContainer> container() {
        return container;
    }

    /** 1 for being in the container, and 1 for each device file. */
    LongCell containerUsers() {
        return containerUsers;
    }

    /**
     * vfio_group_find_or_alloc, vfio_device_group_register: 0, or -EINVAL without coherency, or without a group unless one may
     * be made.
     */
    static long register(Vfio vfio, Device device) {
        Optional<Group> group = Group.of(device);
        if (group.isEmpty() && vfio.noIommu().isEnabled()) {
            return registerWithout(vfio, device);
        }
        if (group.isEmpty() || !isCoherent(device)) {
            return Errno.EINVAL.negative();
        }
        VfioGroup own = vfio.groupOf(group.get()).orElseGet(() -> {
            var made = new VfioGroup(vfio, group.get(), false);
            vfio.groups().addFirst(made);
            return made;
        });
        own.devices.addFirst(new VfioDevice(own, device));
        return 0;
    }

    private static long registerWithout(Vfio vfio, Device device) {
        Term alloc = VfioGroupFile.function(vfio.kernel(), "vfio_noiommu_group_alloc", Operand.NONE);
        Group[] made = new Group[1];
        vfio.machine()
                .run(
                        Lane.USER,
                        alloc,
                        device,
                        0,
                        0,
                        () -> made[0] = vfio.core().bareGroups().make(NO_IOMMU_NAME, device));
        vfio.kernel().log().addTaint(Taint.USER);
        vfio.kernel().log().line(TAINT, device, 0, 0);
        var own = new VfioGroup(vfio, made[0], true);
        vfio.groups().addFirst(own);
        own.devices.addFirst(new VfioDevice(own, device));
        return 0;
    }

    // VFIO always maps with IOMMU_CACHE and has no way to do without
    private static boolean isCoherent(Device device) {
        return DevIommu.find(device)
                .flatMap(data -> data.instance().get())
                .filter(instance -> instance.ops().capable(device, OpsTable.Capability.CACHE_COHERENCY))
                .isPresent();
    }

    /** vfio_device_group_unregister, vfio_device_remove_group: with the last device the group leaves its container. */
    void unregister(VfioDevice device) {
        devices.remove(device);
        if (noIommu) {
            vfio.core().bareGroups().remove(device.device());
        }
        if (devices.isEmpty()) {
            vfio.groups().remove(this);
            leave();
            Group group = iommuGroup.require();
            iommuGroup.setNull();
            if (noIommu) {
                vfio.core().bareGroups().put(group);
            }
        }
    }

    /** vfio_device_block_group: a device's own file is used, so that the group file cannot be; false while it is open. */
    boolean block() {
        if (fileUsers.isSet()) {
            return false;
        }
        cdevUsers.add(1);
        return true;
    }

    /** vfio_device_unblock_group. */
    void unblock() {
        cdevUsers.add(-1);
    }

    /** vfio_group_fops_open: -EBUSY while the file is open, by a device file too, or a device's own file is used. */
    Vfio.Opened open() {
        if (fileUsers.isSet() || cdevUsers.isSet()) {
            return Vfio.Opened.failed(Errno.EBUSY);
        }
        var file = new VfioGroupFile(this);
        Term open = VfioGroupFile.function(vfio.kernel(), "vfio_group_fops_open", Operand.NONE);
        machine().run(Lane.USER, open, file, 0, 0, () -> {
            fileUsers.set(1);
            vfio.files().add(file);
        });
        return new Vfio.Opened(0, Optional.of(file));
    }

    /** A device file holds the group file open. */
    void getFile() {
        fileUsers.add(1);
    }

    /** fput: vfio_group_fops_release after the last. */
    void putFile() {
        if (fileUsers.add(-1) == 0) {
            Term release = VfioGroupFile.function(vfio.kernel(), "vfio_group_fops_release", Operand.NONE);
            machine().run(Lane.USER, release, this, 0, 0, this::leave);
        }
    }

    /** vfio_group_detach_container, if it is in one. */
    void leave() {
        container.get().ifPresent(own -> own.detach(this));
    }
}
