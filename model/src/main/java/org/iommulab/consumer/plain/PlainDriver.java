package org.iommulab.consumer.plain;

import java.util.Map;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.consumer.Master;
import org.iommulab.consumer.Suppliers;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;

/** Binds, enables runtime PM, and does nothing else. */
public final class PlainDriver extends Driver {
    private final Map<Device, Master> devices;
    private final Map<Device, Suppliers> suppliers;
    private final boolean managesDma;

    /** @param devices those that its match table names, with their hardware */
    public PlainDriver(
            Kernel kernel,
            String name,
            boolean managesDma,
            Map<Device, Master> devices,
            Map<Device, Suppliers> suppliers) {
        super(kernel.machine(), name);
        this.devices = Map.copyOf(devices);
        this.suppliers = Map.copyOf(suppliers);
        this.managesDma = managesDma;
    }

    @Override
    public boolean managesDma() {
        return managesDma;
    }

    @Override
    public boolean matches(Device device) {
        return devices.containsKey(device);
    }

    @Override
    public long probe(Device device) {
        Suppliers wanted = suppliers.get(device);
        if (wanted != null && !wanted.arePresent()) {
            return Errno.EPROBE_DEFER.negative();
        }
        if (!managesDma && device.pci().filter(f -> !f.config().memoryAnswers()).isPresent()) {
            return Errno.ENODEV.negative(); // its registers read as all ones
        }
        Master master = devices.get(device);
        if (master != null) {
            device.power().connect(master);
        }
        device.power().enable();
        return 0;
    }

    @Override
    public void remove(Device device) {
        device.power().disable();
    }
}
