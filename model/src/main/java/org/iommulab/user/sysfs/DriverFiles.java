package org.iommulab.user.sysfs;

import java.util.Optional;
import java.util.function.Function;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverCore;
import org.iommulab.bus.DriverName;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.SimObject;

/** Who drives a device: the files of drivers/base/bus.c and drivers/pci/pci-sysfs.c. */
public final class DriverFiles {
    private final DriverCore bus;
    private final Function<String, Optional<Device>> devices;

    /** @param devices the device of a name as it is on the bus now */
    public DriverFiles(DriverCore bus, Function<String, Optional<Device>> devices) {
        this.bus = bus;
        this.devices = devices;
    }

    /** The device's own {@code driver/unbind}: without a driver there is no such file. */
    public long unbind(String name) {
        Optional<Device> device = devices.apply(name).filter(d -> !d.driver().isNull());
        device.ifPresent(bus::unbind);
        return device.isPresent() ? 0 : Errno.ENOENT.negative();
    }

    /** {@code drivers/DRIVER/bind}: the error of the attempt is told. */
    public long bind(String name, String driverName) {
        Optional<Driver> driver = bus.driverNamed(driverName);
        if (driver.isEmpty()) {
            return Errno.ENOENT.negative();
        }
        long error = devices.apply(name)
                .map(device -> bus.bind(driver.get(), device))
                .orElse((long) Errno.ENODEV.negative());
        return error == Errno.EPROBE_DEFER.negative() ? Errno.EAGAIN.negative() : error;
    }

    /** {@code driver_override}. @param text a driver's name; empty clears it */
    public long override(String name, String text) {
        Optional<Device> device = devices.apply(name);
        device.ifPresent(d -> d.driverOverride()
                .set(text.isEmpty() ? Optional.empty() : Optional.of(new DriverName(d.machine(), text))));
        return device.isPresent() ? 0 : Errno.ENOENT.negative();
    }

    /** What {@code driver_override} reads. */
    public static String override(Device device) {
        return device.driverOverride().get().map(SimObject::label).orElse("(null)");
    }

    /** {@code drivers_probe}: only what stops before the driver's own probe is an error. */
    public long probe(String name) {
        Optional<Device> device = devices.apply(name);
        if (device.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        return bus.attach(device.get()) < 0 ? Errno.EINVAL.negative() : 0;
    }
}
