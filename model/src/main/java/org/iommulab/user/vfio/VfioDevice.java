package org.iommulab.user.vfio;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct vfio_device}: a device that a vfio driver is bound to. */
public final class VfioDevice extends SimObject {
    private static final Term RELEASE = Term.function("vfio_device_fops_release", "drivers/vfio/vfio_main.c");
    // the kernel adds name and id of the task, which the lab has not
    private static final Term OPENED = LogText.of("<4>vfio-noiommu device opened by user");

    private final VfioGroup group;
    private final Device device;
    private final int index;
    private final LongCell openCount;
    private final LongCell cdevFiles;
    private final Optional<VfioPciCore> pci;

    VfioDevice(VfioGroup group, Device device) {
        super(group.machine());
        this.group = group;
        this.device = device;
        this.index = group.vfio().freeIndex();
        this.cdevFiles = new LongCell(this, Lane.USER, Term.count("open files of its own"));
        this.openCount = new LongCell(this, Lane.USER, Term.count("open_count"));
        this.pci =
                device.pci().map(function -> new VfioPciCore(this, group.vfio().kernel(), function));
    }

    @Override
    public String label() {
        return "vfio " + device.label();
    }

    public Device device() {
        return device;
    }

    /** The number of its own file. */
    public int index() {
        return index;
    }

    /** Whether a user has a file of it open, of the group's or its own. */
    boolean isOpen() {
        return openCount.isSet() || cdevFiles.isSet();
    }

    /** Open files of its own, whether bound to iommufd or not. */
    LongCell cdevFiles() {
        return cdevFiles;
    }

    LongCell openings() {
        return openCount;
    }

    /** Device files that are open. */
    public long openCount() {
        return openCount.get();
    }

    /** Whether the function may begin accesses to memory, as a user must have said. */
    public boolean isBusMaster() {
        return pci.filter(VfioPciCore::isBusMaster).isPresent();
    }

    VfioGroup group() {
        return group;
    }

    /** What vfio-pci knows of it; empty for a platform device. */
    Optional<VfioPciCore> pci() {
        return pci;
    }

    boolean resetWorks() {
        return pci.filter(VfioPciCore::resetWorks).isPresent();
    }

    /** vfio_device_open: the first one enables the function and tries to reset it. */
    long open() {
        if (group.container().isNull() || !group.container().require().hasType()) {
            return Errno.EINVAL.negative();
        }
        group.getFile();
        group.containerUsers().add(1);
        if (openCount.add(1) == 1) {
            pci.ifPresent(VfioPciCore::enable);
        }
        if (group.isNoIommu()) {
            group.vfio().kernel().log().line(OPENED, device, 0, 0);
        }
        return 0;
    }

    /** vfio_device_fops_release. Whoever waits to unbind the driver goes on after the last. */
    void close() {
        machine().run(Lane.USER, RELEASE, device, 0, 0, this::closeInside);
        if (!openCount.isSet()) {
            group.vfio().bus().finishUnbind(device);
        }
    }

    private void closeInside() {
        if (openCount.get() == 1) {
            pci.ifPresent(VfioPciCore::disable);
        }
        openCount.add(-1);
        group.containerUsers().add(-1);
        group.putFile();
    }
}
