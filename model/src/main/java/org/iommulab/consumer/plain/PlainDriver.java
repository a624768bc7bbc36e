package org.iommulab.consumer.plain;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.pci.BusMaster;
import org.iommulab.bus.pci.SriovConfigure;
import org.iommulab.consumer.Master;
import org.iommulab.consumer.Suppliers;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;

/** Binds, enables runtime PM, lets a function of PCI begin accesses, and does nothing else. */
public final class PlainDriver extends Driver {
    private final Kernel kernel;
    private final Map<String, Suppliers> devices;
    private final Map<String, Master> hardware;
    private final Set<String> physical;
    private final boolean managesDma;

    /**
     * @param devices those that its match table names, with what their probe asks for
     * @param hardware of those among them that a power domain can switch off
     * @param physical those among them for which it makes virtual functions
     */
    public PlainDriver(
            Kernel kernel,
            String name,
            boolean managesDma,
            Map<String, Suppliers> devices,
            Map<String, Master> hardware,
            Set<String> physical) {
        super(kernel.machine(), name);
        this.kernel = kernel;
        this.devices = Map.copyOf(devices);
        this.hardware = Map.copyOf(hardware);
        this.physical = Set.copyOf(physical);
        this.managesDma = managesDma;
    }

    @Override
    public boolean managesDma() {
        return managesDma;
    }

    @Override
    public boolean matches(Device device) {
        return devices.containsKey(device.label());
    }

    @Override
    public long probe(Device device) {
        Suppliers wanted = devices.get(device.label());
        if (wanted != null && !wanted.arePresent()) {
            return Errno.EPROBE_DEFER.negative();
        }
        if (!managesDma && device.pci().filter(f -> !f.config().memoryAnswers()).isPresent()) {
            return Errno.ENODEV.negative(); // its registers read as all ones
        }
        Master master = hardware.get(device.label());
        if (master != null) {
            device.power().connect(master);
        }
        if (!managesDma) {
            device.pci().ifPresent(function -> BusMaster.set(kernel, device, function));
        }
        device.power().enable();
        return 0;
    }

    /** Which of the kernel's drivers have one is for the board: those of functions with SR-IOV do. */
    @Override
    public Optional<SriovConfigure> sriovConfigure() {
        return physical.isEmpty() ? Optional.empty() : Optional.of(SriovConfigure.SIMPLE);
    }

    @Override
    public void remove(Device device) {
        device.power().disable();
    }
}
