package org.iommulab.conform;

import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.SriovConfigure;
import org.iommulab.capture.machine.Standing;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Machine;

/**
 * A driver of the captured machine's own, known by the devices that it was bound to: others with the same ids are its
 * as well. It does nothing to them; what it maps is its own affair.
 */
final class HostDriver extends Driver {
    /** Takes whatever it is told to and leaves it alone (drivers/pci/pci-stub.c). */
    private static final String STUB = "pci-stub";

    /** Drivers whose match table has all bridges to PCI (drivers/pci/hotplug/shpchp_core.c: shpcd_pci_tbl). */
    private static final Set<String> TRY_BRIDGES = Set.of("shpchp");

    private static final int BRIDGE = 0x0604;

    /**
     * Drivers with a sriov_configure, also where they had made no virtual function: nvme's is the kernel's own (pci_sriov_configure_simple); that igb's does nothing more
     * for the IOMMU is unverified.
     */
    private static final Set<String> MAKE_VFS = Set.of("nvme", "igb");

    private final Set<String> ids;
    private final boolean makesVfs;

    /** @param ids vendor and device, {@code 8086:10d3} */
    HostDriver(Machine machine, String name, Set<String> ids) {
        this(machine, name, ids, false);
    }

    /** @param madeVfs whether it had made virtual functions on the captured machine */
    HostDriver(Machine machine, String name, Set<String> ids, boolean madeVfs) {
        super(machine, name);
        this.ids = Set.copyOf(ids);
        this.makesVfs = madeVfs || MAKE_VFS.contains(name);
    }

    @Override
    public boolean managesDma() {
        return Standing.LEAVE_DMA_ALONE.contains(name());
    }

    @Override
    public boolean matches(Device device) {
        return isKnown(device)
                || TRY_BRIDGES.contains(name())
                        && device.pci()
                                .filter(function -> function.found().classCode() >>> 8 == BRIDGE)
                                .isPresent();
    }

    private boolean isKnown(Device device) {
        return device.pci().map(HostDriver::ids).filter(ids::contains).isPresent();
    }

    static String ids(PciFunction function) {
        return "%04x:%04x".formatted(function.found().vendor(), function.found().device());
    }

    /**
     * A driver gives up on a function that it had not, and on one whose memory window belongs to another bridge, so that
     * it cannot be reached.
     */
    @Override
    public long probe(Device device) {
        if (name().equals(STUB)) {
            return 0;
        }
        if (!isKnown(device)) {
            return Errno.ENODEV.negative();
        }
        boolean reached = device.pci()
                .filter(function -> function.isBridge() || function.config().memoryAnswers())
                .isPresent();
        return reached ? 0 : Errno.EIO.negative();
    }

    @Override
    public Optional<SriovConfigure> sriovConfigure() {
        return makesVfs ? Optional.of(SriovConfigure.SIMPLE) : Optional.empty();
    }
}
