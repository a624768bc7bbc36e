package org.iommulab.consumer.exynosdrm;

import java.util.Map;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.consumer.Master;
import org.iommulab.consumer.Suppliers;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;

/** The platform driver of one kind of component: its probe announces the device to the DRM master. */
public final class ComponentDriver extends Driver {
    private final ExynosDrm drm;
    private final Map<Device, Master> devices;
    private final Map<Device, Suppliers> suppliers;

    public ComponentDriver(
            Kernel kernel, String name, ExynosDrm drm, Map<Device, Master> devices, Map<Device, Suppliers> suppliers) {
        super(kernel.machine(), name);
        this.drm = drm;
        this.devices = Map.copyOf(devices);
        this.suppliers = Map.copyOf(suppliers);
    }

    @Override
    public boolean matches(Device device) {
        return devices.containsKey(device);
    }

    /** 0; -EPROBE_DEFER without its suppliers; or the error of the bind that it completed. */
    @Override
    public long probe(Device device) {
        Suppliers wanted = suppliers.get(device);
        if (wanted != null && !wanted.arePresent()) {
            return Errno.EPROBE_DEFER.negative();
        }
        Master master = devices.get(device);
        if (master != null) {
            device.power().connect(master);
        }
        device.power().enable();
        long error = drm.addComponent(device);
        if (error != 0) {
            device.power().disable();
        }
        return error;
    }

    @Override
    public void remove(Device device) {
        drm.removeComponent(device);
        device.power().disable();
    }
}
