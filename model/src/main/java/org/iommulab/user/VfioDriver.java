package org.iommulab.user;

import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.SriovConfigure;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;
import org.iommulab.user.vfio.Vfio;

/**
 * vfio-platform and vfio-pci: a device without a group, or whose IOMMU does not enforce cache coherency, is refused
 * (drivers/vfio/vfio_main.c: vfio_register_group_dev); a bridge, too, and a physical function with virtual ones
 * (drivers/vfio/pci/vfio_pci_core.c: vfio_pci_core_register_device). The driver lets a device go when no user has it open any more.
 */
public final class VfioDriver extends Driver {
    public static final String PLATFORM = "vfio-platform";
    public static final String PCI = "vfio-pci";
    public static final Set<String> NAMES = Set.of(PLATFORM, PCI);

    private static final Term REGISTER_PCI =
            Term.function("vfio_pci_core_register_device", "drivers/vfio/pci/vfio_pci_core.c");
    private static final Term SRIOV = LogText.of("<4>Cannot bind to PF with SR-IOV enabled");
    private static final Term REGISTER = Term.function("vfio_register_group_dev", "drivers/vfio/vfio_main.c");
    private static final Term UNREGISTER = Term.function("vfio_unregister_group_dev", "drivers/vfio/vfio_main.c");
    private static final Term BLOCKED =
            LogText.of("<4>No device request channel registered, blocked until released by user");

    private final Kernel kernel;
    private final Vfio vfio;

    /** @param name one of {@link #NAMES} */
    public VfioDriver(Kernel kernel, String name, Vfio vfio) {
        super(kernel.machine(), name);
        this.kernel = kernel;
        this.vfio = vfio;
    }

    @Override
    public boolean managesDma() {
        return true;
    }

    /** Never by itself: only by driver_override. */
    @Override
    public boolean matches(Device device) {
        return false;
    }

    @Override
    public long probe(Device device) {
        return device.pci()
                .map(function -> kernel.call(REGISTER_PCI, device, () -> registerPci(device, function)))
                .orElseGet(() -> register(device));
    }

    private long registerPci(Device device, PciFunction function) {
        if (function.found().headerType() != 0) {
            return Errno.EINVAL.negative();
        }
        if (function.numVfs().isSet()) {
            // the host or other users may have its virtual functions
            kernel.log().line(SRIOV, device, 0, 0);
            return Errno.EBUSY.negative();
        }
        return register(device);
    }

    /** vfio_pci_sriov_configure: refuses while its parameter enable_sriov is off, as it always is in the lab. */
    @Override
    public Optional<SriovConfigure> sriovConfigure() {
        return name().equals(PCI) ? Optional.of((sriov, physical, count) -> Errno.ENOENT.negative()) : Optional.empty();
    }

    private long register(Device device) {
        return kernel.call(REGISTER, device, () -> vfio.register(device));
    }

    @Override
    public boolean isInUse(Device device) {
        return vfio.isOpen(device);
    }

    /** Called again when the last user is gone, if there is one now. */
    @Override
    public void remove(Device device) {
        kernel.run(UNREGISTER, device, () -> {
            if (vfio.isOpen(device)) {
                kernel.log().line(BLOCKED, device, 0, 0);
            } else {
                vfio.unregister(device);
            }
        });
    }
}
