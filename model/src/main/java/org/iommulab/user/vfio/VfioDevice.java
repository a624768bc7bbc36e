package org.iommulab.user.vfio;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code struct vfio_device}: a device that a vfio driver is bound to. */
public final class VfioDevice extends SimObject {
    private static final Term PCI_ENABLE = Term.function("vfio_pci_core_enable", "drivers/vfio/pci/vfio_pci_core.c");
    private static final Term PCI_DISABLE = Term.function("vfio_pci_core_disable", "drivers/vfio/pci/vfio_pci_core.c");
    private static final Term RELEASE = Term.function("vfio_device_fops_release", "drivers/vfio/vfio_main.c");
    private static final Term RESET =
            Term.of("pci_try_reset_function", "drivers/pci/pci.c", Operand.NONE, Operand.NONE, Operand.ERRNO);

    private final VfioGroup group;
    private final Device device;
    private final LongCell openCount;
    private final FlagCell resetWorks;
    private final FlagCell busMaster;

    VfioDevice(VfioGroup group, Device device) {
        super(group.machine());
        this.group = group;
        this.device = device;
        this.openCount = new LongCell(this, Lane.USER, Term.count("open_count"));
        this.resetWorks = new FlagCell(this, Lane.USER, Term.flag("reset_works"));
        this.busMaster = new FlagCell(this, Lane.USER, Term.flag("bus master"));
    }

    @Override
    public String label() {
        return "vfio " + device.label();
    }

    public Device device() {
        return device;
    }

    /** Device files that are open. */
    public long openCount() {
        return openCount.get();
    }

    /** Whether the function may begin accesses to memory: only while a user has it open and has said so. */
    public boolean isBusMaster() {
        return busMaster.get();
    }

    VfioGroup group() {
        return group;
    }

    boolean isPci() {
        return device.pci().isPresent();
    }

    boolean resetWorks() {
        return resetWorks.get();
    }

    void setBusMaster(boolean on) {
        busMaster.set(on);
    }

    /** vfio_device_open: the first one enables the function and tries to reset it. */
    long open() {
        if (group.container().isNull() || group.container().require().iommu().isNull()) {
            return Errno.EINVAL.negative();
        }
        group.getFile();
        group.containerUsers().add(1);
        if (openCount.add(1) == 1 && isPci()) {
            kernelRun(PCI_ENABLE, () -> {
                busMaster.set(false);
                resetWorks.set(reset() == 0);
            });
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
        if (openCount.get() == 1 && isPci()) {
            kernelRun(PCI_DISABLE, () -> {
                busMaster.set(false);
                if (resetWorks.get()) {
                    reset();
                }
            });
        }
        openCount.add(-1);
        group.containerUsers().add(-1);
        group.putFile();
    }

    /** pci_try_reset_function: -ENOTTY when the function knows no way. */
    long reset() {
        return machine()
                .call(
                        Lane.CORE,
                        RESET,
                        device,
                        0,
                        0,
                        () -> group.vfio().canReset(device) ? 0 : Errno.ENOTTY.negative());
    }

    private void kernelRun(Term function, Runnable body) {
        machine().run(Lane.USER, function, device, 0, 0, body);
    }
}
