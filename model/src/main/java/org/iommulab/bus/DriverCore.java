package org.iommulab.bus;

import java.util.Optional;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.bus.pci.Pcibios;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Work;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The machine's devices and who drives them: binding, deferral, removal (drivers/base/dd.c), on the platform bus and on
 * PCI.
 */
public final class DriverCore extends SimObject {
    private static final String DD_C = "drivers/base/dd.c";
    private static final Term ADD_DEVICE = Term.function("device_add", "drivers/base/core.c");
    private static final Term DEL_DEVICE = Term.function("device_del", "drivers/base/core.c");
    private static final Term REGISTER = Term.function("driver_register", "drivers/base/driver.c");
    private static final Term PROBE = Term.function("really_probe", DD_C);
    private static final Term DRIVER_PROBE = Term.function("platform_probe", "drivers/base/platform.c");
    private static final Term DRIVER_REMOVE = Term.function("platform_remove", "drivers/base/platform.c");
    private static final Term PCI_PROBE = Term.function("pci_device_probe", "drivers/pci/pci-driver.c");
    private static final Term PCI_REMOVE = Term.function("pci_device_remove", "drivers/pci/pci-driver.c");
    private static final Term UNBIND = Term.function("device_release_driver", DD_C);
    private static final Term CLEANUP = Term.function("device_unbind_cleanup", DD_C);

    private final Kernel kernel;
    private final DmaConfigure dma;
    private final RefList<Device> devices;
    private final RefList<Driver> drivers;
    private final RefList<Device> deferredDevices;
    private final Work retry;
    private final PciTopology pci;
    private final RefCell<Pcibios> pcibios;

    public DriverCore(Kernel kernel, DmaConfigure dma) {
        super(kernel.machine());
        this.kernel = kernel;
        this.dma = dma;
        this.devices = new RefList<>(this, Device.class);
        this.drivers = new RefList<>(this, Driver.class);
        this.deferredDevices = new RefList<>(this, Device.class);
        this.retry = new DeferredProbe();
        this.pci = new PciTopology(devices::toList);
        this.pcibios = new RefCell<>(this, Lane.CORE, Term.reference("pcibios"), Pcibios.class);
    }

    @Override
    public String label() {
        return "driver core";
    }

    public RefList<Device> devices() {
        return devices;
    }

    /** The functions that are there, as the tree that they form. */
    public PciTopology pci() {
        return pci;
    }

    /** The architecture's own functions; without any, nothing is done. */
    public void connect(Pcibios architecture) {
        pcibios.setQuietly(Optional.of(architecture));
    }

    /** device_add: the IOMMU core hears of it first, then drivers are tried. */
    public void add(Device device) {
        if (device.pci().isPresent()) {
            pcibios.get().ifPresent(architecture -> architecture.deviceAdd(device));
        }
        kernel.run(ADD_DEVICE, device, () -> {
            devices.add(device);
            device.present().setQuietly(true);
            dma.added(device);
            attach(device);
        });
    }

    /** device_del: the driver is unbound, then the IOMMU core hears of it. */
    public void remove(Device device) {
        kernel.run(DEL_DEVICE, device, () -> {
            unbind(device);
            if (device.unbinding().get()) {
                device.leaving().set(true);
            } else {
                delete(device);
            }
        });
    }

    private void delete(Device device) {
        deferredDevices.remove(device);
        devices.remove(device);
        device.present().setQuietly(false);
        dma.removed(device);
    }

    /**
     * driver_register: every device that matches and has no driver is tried.
     *
     * @return what the last probe said, 0 without any; the kernel's own function does not tell
     */
    public long register(Driver driver) {
        if (driver instanceof InitFunction init) {
            drivers.add(driver);
            return kernel.call(init.function(), driver, init::run);
        }
        long[] last = new long[1];
        kernel.run(REGISTER, driver, () -> {
            drivers.add(driver);
            for (Device device : devices.toList()) {
                if (device.driver().isNull()
                        && findDriver(device).filter(driver::equals).isPresent()) {
                    last[0] = driverProbeDevice(driver, device).error();
                }
            }
        });
        return last[0];
    }

    public boolean isRegistered(Driver driver) {
        return drivers.contains(driver);
    }

    /** The driver that would be tried first: driver_override decides alone when it is set. */
    public Optional<Driver> findDriver(Device device) {
        return drivers.toList().stream()
                .filter(driver -> matches(driver, device))
                .findFirst();
    }

    /** The registered driver of this name. */
    public Optional<Driver> driverNamed(String name) {
        return drivers.toList().stream()
                .filter(driver -> driver.name().equals(name))
                .findFirst();
    }

    private static boolean matches(Driver driver, Device device) {
        return device.driverOverride().get().map(name -> name.names(driver)).orElseGet(() -> driver.matches(device));
    }

    /** device_driver_attach: a probe by this driver. -ENODEV when it does not match, -EBUSY when another has the device. */
    public long bind(Driver driver, Device device) {
        if (!matches(driver, device)) {
            return Errno.ENODEV.negative();
        }
        return device.driver().isNull() ? driverProbeDevice(driver, device).error() : Errno.EBUSY.negative();
    }

    /** device_attach: the first driver that matches is tried; empty when there is none or one is bound already. */
    public Optional<Attempt> attach(Device device) {
        return device.driver().isNull()
                ? findDriver(device).map(driver -> driverProbeDevice(driver, device))
                : Optional.empty();
    }

    /**
     * What came of trying a driver.
     *
     * @param error 0, or a negative errno
     * @param reached whether the driver's own probe was called; before it the bus can refuse
     */
    public record Attempt(long error, boolean reached) {}

    private Attempt driverProbeDevice(Driver driver, Device device) {
        device.power().getSuppliers(kernel);
        boolean[] reached = new boolean[1];
        long result = kernel.call(PROBE, device, driver, () -> reallyProbe(driver, device, () -> reached[0] = true));
        device.power().putSuppliers(kernel);
        if (result == Errno.EPROBE_DEFER.negative()) {
            deferredDevices.remove(device);
            deferredDevices.add(device);
            device.deferred().set(true);
        } else {
            deferredDevices.remove(device);
            device.deferred().set(false);
        }
        if (result == 0) {
            triggerDeferred();
        }
        return new Attempt(result, reached[0]);
    }

    private long reallyProbe(Driver driver, Device device, Runnable atItsProbe) {
        device.driver().set(driver);
        long result = dma.configure(device, driver);
        if (result == 0) {
            atItsProbe.run();
            result = kernel.call(
                    device.pci().isPresent() ? PCI_PROBE : DRIVER_PROBE, device, driver, () -> driver.probe(device));
            if (result != 0) {
                dma.cleanup(device, driver);
            }
        }
        if (result != 0) {
            unbindCleanup(device);
        }
        return result;
    }

    private void unbindCleanup(Device device) {
        kernel.run(CLEANUP, device, () -> {
            dma.teardown(device);
            device.driver().setNull();
        });
    }

    /**
     * device_release_driver; nothing when no driver is bound. A driver may have to wait for a user of the device: then the
     * device is {@link Device#unbinding}, and {@link #finishUnbind} ends it.
     */
    public void unbind(Device device) {
        Optional<Driver> bound = device.driver().get();
        if (bound.isEmpty() || device.unbinding().get()) {
            return;
        }
        kernel.run(UNBIND, device, bound.get(), () -> {
            // __device_release_driver resumes the device and lets it go again before the driver's remove
            device.power().get(kernel);
            device.power().putSync(kernel);
            askDriver(device, bound.get());
        });
    }

    /** Nobody uses the device any more: who waits to unbind it, or to remove it, goes on. */
    public void finishUnbind(Device device) {
        if (device.unbinding().get()) {
            device.unbinding().set(false);
            askDriver(device, device.driver().require());
            if (device.leaving().get()) {
                device.leaving().set(false);
                delete(device);
            }
        }
    }

    private void askDriver(Device device, Driver driver) {
        kernel.run(
                device.pci().isPresent() ? PCI_REMOVE : DRIVER_REMOVE, device, driver, () -> driver.remove(device));
        if (driver.isInUse(device)) {
            device.unbinding().set(true);
            return;
        }
        dma.cleanup(device, driver);
        unbindCleanup(device);
    }

    /** driver_deferred_probe_trigger: a driver was bound, so those that wait get another try, from the work queue. */
    private void triggerDeferred() {
        if (!deferredDevices.isEmpty()) {
            kernel.work().queue(retry);
        }
    }

    /** A new device or driver may be what others wait for. */
    public void retryDeferred() {
        triggerDeferred();
    }

    private final class DeferredProbe extends Work {
        DeferredProbe() {
            super(kernel.machine());
        }

        @Override
        public String label() {
            return "deferred probe work";
        }

        @Override
        public void doWork() {
            for (Device device : deferredDevices.toList()) {
                deferredDevices.remove(device);
                findDriver(device)
                        .filter(driver -> device.driver().isNull())
                        .ifPresent(driver -> driverProbeDevice(driver, device));
            }
        }
    }
}
