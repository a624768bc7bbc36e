package org.iommulab.user.vfio;

import org.iommulab.kernel.Errno;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;
import org.iommulab.user.held.Held;

/** One opening of a device (drivers/vfio/pci/vfio_pci_core.c). */
public final class VfioDeviceFile extends VfioFile {
    /** VFIO_DEVICE_FLAGS_RESET. */
    public static final int RESET = 1;

    /** VFIO_DEVICE_FLAGS_PCI. */
    public static final int PCI = 2;

    /** VFIO_DEVICE_FLAGS_PLATFORM. */
    public static final int PLATFORM = 4;

    private static final int PCI_REGIONS = 9;
    private static final int PCI_IRQS = 5;
    private static final String FILE = "drivers/vfio/pci/vfio_pci_core.c";
    private static final Term GET_INFO = function("vfio_pci_ioctl_get_info", Operand.NONE);
    private static final Term DO_RESET = function("vfio_pci_ioctl_reset", Operand.NONE);
    static final Term CONFIG = function("vfio_pci_config_rw", Operand.YES_NO);

    private final VfioDevice device;

    VfioDeviceFile(VfioDevice device) {
        super(device.machine());
        this.device = device;
    }

    private static Term function(String name, Operand a) {
        return Term.of(name, FILE, a, Operand.NONE, Operand.ERRNO);
    }

    @Override
    public String label() {
        return "file of " + device.device().label();
    }

    public VfioDevice device() {
        return device;
    }

    @Override
    Vfio vfio() {
        return device.group().vfio();
    }

    @Override
    Held held() {
        return VfioHeld.of(this);
    }

    /**
     * What VFIO_DEVICE_GET_INFO says: an errno, or flags and numbers of regions and interrupts. The lab knows no resources
     * of platform devices, so that theirs are 0.
     */
    public record Info(long error, int flags, int regions, int irqs) {}

    /** VFIO_DEVICE_GET_INFO. */
    public Info info() {
        long result = ioctl(GET_INFO, () -> 0);
        if (result < 0) {
            return new Info(result, 0, 0, 0);
        }
        int reset = device.resetWorks() ? RESET : 0;
        return device.pci().isPresent()
                ? new Info(0, PCI | reset, PCI_REGIONS, PCI_IRQS)
                : new Info(0, PLATFORM | reset, 0, 0);
    }

    /** VFIO_DEVICE_RESET: -EINVAL when the reset at the first opening did not work. */
    public long reset() {
        return ioctl(
                DO_RESET,
                () -> device.pci()
                        .filter(VfioPciCore::resetWorks)
                        .map(VfioPciCore::reset)
                        .orElse((long) Errno.EINVAL.negative()));
    }

    /**
     * A write to the command register in configuration space: memory and bus master on, or bus master off. -EINVAL for a
     * platform device, which has no such region.
     */
    public long setBusMaster(boolean on) {
        return ioctl(CONFIG, on ? 1 : 0, 0, () -> {
            device.pci().ifPresent(function -> function.setBusMaster(on));
            return device.pci().isPresent() ? 0 : Errno.EINVAL.negative();
        });
    }

    @Override
    void release() {
        device.close();
    }
}
