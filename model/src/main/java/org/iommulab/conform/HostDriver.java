package org.iommulab.conform;

import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.sim.Machine;

/**
 * A driver of the captured machine's own, known by the devices that it was bound to: others with the same ids are its
 * as well. It does nothing to them; what it maps is its own affair.
 */
final class HostDriver extends Driver {
    /** Drivers that leave the DMA of their device to others (driver_managed_dma in v6.1 and v6.12). */
    private static final Set<String> MANAGE_DMA = Set.of("pcieport", "pci-stub");

    private final Set<String> ids;

    /** @param ids vendor and device, {@code 8086:10d3} */
    HostDriver(Machine machine, String name, Set<String> ids) {
        super(machine, name);
        this.ids = Set.copyOf(ids);
    }

    @Override
    public boolean managesDma() {
        return MANAGE_DMA.contains(name());
    }

    @Override
    public boolean matches(Device device) {
        return device.pci().map(HostDriver::ids).filter(ids::contains).isPresent();
    }

    static String ids(PciFunction function) {
        return "%04x:%04x".formatted(function.found().vendor(), function.found().device());
    }

    /** A function whose memory window belongs to another bridge cannot be reached: its driver gives up. */
    @Override
    public long probe(Device device) {
        boolean reached = device.pci()
                .filter(function -> function.isBridge() || function.config().memoryAnswers())
                .isPresent();
        return reached ? 0 : org.iommulab.kernel.Errno.EIO.negative();
    }
}
