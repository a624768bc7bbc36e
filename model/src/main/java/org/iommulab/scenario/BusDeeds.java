package org.iommulab.scenario;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.board.Board;
import org.iommulab.board.Registry;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverName;
import org.iommulab.kernel.Errno;
import org.iommulab.user.VfioDriver;

/** What a story does with devices and drivers: the boot, who comes and goes, who is bound. */
final class BusDeeds {
    private final World world;
    private final Screens screens;

    BusDeeds(World world, Screens screens) {
        this.world = world;
        this.screens = screens;
    }

    private Driver driver(String name) {
        return Deeds.named(world.drivers(), name, "driver");
    }

    /** The initcalls; the last of them, for the devices that wait, comes when what the others left to do is done. */
    long boot(List<String> without) {
        world.bus().deferred().holdBack();
        registerAt(Board.Initcall.EARLY);
        world.core().subsysInit();
        registerAt(Board.Initcall.CORE);
        for (Board.Unit unit : world.board().units()) {
            if (Registry.backend(unit.type()).filter(Backend::isPlatformDevice).isPresent()) {
                world.bus().add(Deeds.device(world, unit.name()));
            }
        }
        for (Board.Device planned : world.board().devices()) {
            if (!world.board().isFound(planned) && !planned.isLate() && !without.contains(planned.name())) {
                world.bus().add(Deeds.device(world, planned.name()));
            }
        }
        if (world.pci().isScanned()) {
            world.pci().scan();
        }
        registerAt(Board.Initcall.SUBSYS);
        registerAt(Board.Initcall.ROOTFS);
        registerAt(Board.Initcall.DEVICE);
        registerAt(Board.Initcall.LATE);
        return 0;
    }

    private void registerAt(Board.Initcall level) {
        for (Board.Driver planned : world.board().drivers()) {
            Driver driver = driver(planned.name());
            if (planned.initcall() == level && !planned.isLate() && driver.isBuilt()) {
                world.bus().register(driver);
            }
        }
    }

    long register(String name) {
        Driver driver = driver(name);
        return driver.isBuilt() ? world.bus().register(driver) : Errno.ENODEV.negative();
    }

    long add(Device device) {
        world.bus().add(device);
        world.bus().retryDeferred();
        return 0;
    }

    /** -ENOENT for a function that is not there: it has no file to write to. */
    long remove(String name) {
        Optional<Device> device = world.device(name);
        if (device.isEmpty()) {
            return Errno.ENOENT.negative();
        }
        if (device.get().pci().isPresent()) {
            return world.pci().remove(device.get());
        }
        world.bus().remove(device.get());
        return 0;
    }

    private void registerIfNeeded(Driver driver) {
        if (!world.bus().isRegistered(driver)) {
            world.bus().register(driver);
        }
    }

    long bind(Device device, Optional<String> name) {
        name.map(this::driver).ifPresent(driver -> {
            registerIfNeeded(driver);
            device.driverOverride().set(new DriverName(world.machine(), driver.name()));
        });
        Optional<Driver> driver = world.bus().findDriver(device);
        return driver.isEmpty() ? Errno.ENODEV.negative() : world.bus().bind(driver.get(), device);
    }

    long unbind(Device device) {
        screens.switchOff(device);
        world.bus().unbind(device);
        device.driverOverride().setNull();
        return 0;
    }

    long vfioBind(Device device) {
        screens.switchOff(device);
        world.bus().unbind(device);
        return bind(device, Optional.of(device.pci().isPresent() ? VfioDriver.PCI : VfioDriver.PLATFORM));
    }
}
