package org.iommulab.bus;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciSettings;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.bus.pci.Pcibios;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
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
    private static final Term ATTACH = Term.function("device_attach", DD_C);
    private static final Term PROBE = Term.function("really_probe", DD_C);
    private static final Term DRIVER_PROBE = Term.function("platform_probe", "drivers/base/platform.c");
    private static final Term DRIVER_REMOVE = Term.function("platform_remove", "drivers/base/platform.c");
    private static final Term PCI_PROBE = Term.function("pci_device_probe", "drivers/pci/pci-driver.c");
    private static final Term LEFT_VFS = LogText.of("<4>driver left SR-IOV enabled after remove");
    private static final Term PCI_REMOVE = Term.function("pci_device_remove", "drivers/pci/pci-driver.c");
    private static final Term UNBIND = Term.function("device_release_driver", DD_C);
    private static final Term CLEANUP = Term.function("device_unbind_cleanup", DD_C);

    private final Kernel kernel;
    private final DmaConfigure dma;
    private final RefList<Device> devices;
    private final RefList<Driver> drivers;
    private final DeferredProbes deferred;
    private final PciTopology pci;
    private final PciSettings pciSettings;
    private final RefCell<Pcibios> pcibios;

    public DriverCore(Kernel kernel, DmaConfigure dma) {
        super(kernel.machine());
        this.kernel = kernel;
        this.dma = dma;
        this.devices = new RefList<>(this, Device.class);
        this.drivers = new RefList<>(this, Driver.class);
        this.deferred = new DeferredProbes(kernel, this, this::probeAgain);
        this.pci = new PciTopology();
        this.pciSettings = new PciSettings(
                kernel.machine(),
                kernel.config(AcsOverride.PATCH)
                        ? AcsOverride.ofCommandLine(kernel.build().commandLine())
                        : AcsOverride.NONE);
        this.pcibios = new RefCell<>(this, Lane.CORE, Term.reference("pcibios"), Pcibios.class);
    }

    @Override
    public String label() {
        return "driver core";
    }

    public RefList<Device> devices() {
        return devices;
    }

    /** What drivers/pci tells about the functions that are there. */
    public PciTopology pci() {
        return pci;
    }

    /** What drivers/pci keeps once for the machine. */
    public PciSettings pciSettings() {
        return pciSettings;
    }

    /** The architecture's own functions; without any, nothing is done. */
    public void connect(Pcibios architecture) {
        pcibios.setQuietly(Optional.of(architecture));
    }

    /** device_add: the IOMMU core hears of it first, then drivers are tried. */
    public void add(Device device) {
        beforeAdding(device);
        kernel.run(ADD_DEVICE, device, () -> {
            device.pci().ifPresent(PciFunction::isThereWithoutScan);
            addToBus(device);
            findDriver(device).ifPresent(driver -> driverProbeDevice(driver, device));
        });
    }

    /** device_add of a function that pci_device_add found: no driver is tried before pci_bus_add_device. */
    public void addWithoutDriver(Device device) {
        beforeAdding(device);
        kernel.run(ADD_DEVICE, device, () -> addToBus(device));
    }

    // what comes back after a removal is a new struct device: nothing has set up its DMA or interrupts
    private void beforeAdding(Device device) {
        device.dmaOps().setQuietly(Optional.empty());
        device.dmaIommu().setQuietly(false);
        device.msiAddress().setQuietly(0);
        if (device.pci().isPresent()) {
            pcibios.get().ifPresent(architecture -> architecture.deviceAdd(device));
        }
    }

    private void addToBus(Device device) {
        devices.add(device);
        device.pci().ifPresent(function -> function.bus().devices().add(device));
        device.present().setQuietly(true);
        dma.added(device);
    }

    /**
     * device_attach: the drivers that match are tried in the order of their registration. A driver that fails lets the
     * next one try; what fails before the driver's own probe ends it.
     *
     * @return 1 with a driver, 0 without, or the error that ended it
     */
    public long attach(Device device) {
        return kernel.call(ATTACH, device, () -> {
            if (!device.driver().isNull()) {
                return 1;
            }
            for (Driver driver : candidates(device)) {
                Attempt attempt = attempt(driver, device);
                if (attempt.result() == 0) {
                    return 1;
                }
                if (!attempt.reachedDriver()) {
                    return attempt.result();
                }
            }
            return 0;
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
        deferred.forget(device);
        devices.remove(device);
        device.present().setQuietly(false);
        new DeviceLinks(kernel).purge(device);
        dma.removed(device);
        device.pci().ifPresent(function -> function.bus().devices().remove(device));
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
                    last[0] = driverProbeDevice(driver, device);
                }
            }
            deferred.extendTimeout();
        });
        return last[0];
    }

    public boolean isRegistered(Driver driver) {
        return drivers.contains(driver);
    }

    /** The driver that would be tried first: driver_override decides alone when it is set. */
    public Optional<Driver> findDriver(Device device) {
        return candidates(device).stream().findFirst();
    }

    private List<Driver> candidates(Device device) {
        return drivers.toList().stream()
                .filter(driver -> matches(driver, device))
                .toList();
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
        return device.driver().isNull() ? driverProbeDevice(driver, device) : Errno.EBUSY.negative();
    }

    private long driverProbeDevice(Driver driver, Device device) {
        return attempt(driver, device).result();
    }

    /** @param reachedDriver whether the driver's own probe was called */
    private record Attempt(long result, boolean reachedDriver) {}

    private Attempt attempt(Driver driver, Device device) {
        var reachedDriver = new boolean[1];
        device.power().getSuppliers(kernel);
        long result = kernel.call(PROBE, device, driver, () -> reallyProbe(driver, device, reachedDriver));
        device.power().putSuppliers(kernel);
        if (result == Errno.EPROBE_DEFER.negative()) {
            deferred.add(device);
        } else {
            deferred.remove(device);
        }
        if (result == 0) {
            deferred.trigger();
        }
        return new Attempt(result, reachedDriver[0]);
    }

    private long reallyProbe(Driver driver, Device device, boolean[] reachedDriver) {
        device.driver().set(driver);
        long result = dma.configure(device, driver);
        if (result == 0) {
            reachedDriver[0] = true;
            result = device.pci().isPresent()
                    ? kernel.call(PCI_PROBE, device, driver, () -> pciProbe(driver, device))
                    : kernel.call(DRIVER_PROBE, device, driver, () -> driver.probe(device));
            if (result != 0) {
                dma.cleanup(device, driver);
            }
        }
        if (result != 0) {
            unbindCleanup(device);
        }
        return result;
    }

    // pci_device_can_probe: a virtual function whose physical one does not want drivers for it waits for an override
    private static long pciProbe(Driver driver, Device device) {
        boolean unwanted = device.driverOverride().isNull()
                && device.pci()
                        .flatMap(function -> function.physicalFunction().get())
                        .flatMap(Device::pci)
                        .filter(physical -> !physical.vfDriversAutoprobe().get())
                        .isPresent();
        return unwanted ? Errno.ENODEV.negative() : driver.probe(device);
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
        kernel.run(device.pci().isPresent() ? PCI_REMOVE : DRIVER_REMOVE, device, driver, () -> driver.remove(device));
        if (driver.isInUse(device)) {
            device.unbinding().set(true);
            return;
        }
        if (device.pci().filter(function -> function.numVfs().isSet()).isPresent()) {
            kernel.log().line(LEFT_VFS, device, 0, 0); // pci_iov_remove
        }
        dma.cleanup(device, driver);
        unbindCleanup(device);
    }

    /** Those that wait for something. */
    public DeferredProbes deferred() {
        return deferred;
    }

    /** A new device or driver may be what others wait for. */
    public void retryDeferred() {
        deferred.trigger();
    }

    private void probeAgain(Device device) {
        findDriver(device)
                .filter(driver -> device.driver().isNull())
                .ifPresent(driver -> driverProbeDevice(driver, device));
    }
}
