package org.iommulab.bus.pci;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DriverCore;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * PCI of a machine whose functions are known by their configuration space: the scan at boot, and what a user does to it
 * later through sysfs (drivers/pci/pci-sysfs.c: remove, rescan, sriov_numvfs). Device objects are made when the scan
 * finds a function; one that is found again is a new object of the same name.
 */
public final class PciHost extends SimObject {
    private static final Term RESCAN = Term.function("pci_rescan_bus", "drivers/pci/probe.c");
    private static final Term ADD_DEVICES = Term.function("pci_bus_add_devices", "drivers/pci/bus.c");
    private static final Term ADD_DEVICE = Term.function("pci_bus_add_device", "drivers/pci/bus.c");
    private static final Term FAILED = LogText.of("<4>device attach failed (%d)");

    private final Kernel kernel;
    private final DriverCore drivers;
    private final PciHardware hardware;
    private final RefList<PciBus> roots;
    private final RefList<PciBus> buses;
    private final PciScan scan;
    private final PciRemoval removal;
    private final Sriov sriov;

    /** Before the first scan. Who wants ACS from it on says so to {@link DriverCore#pciSettings}. */
    public PciHost(Kernel kernel, DriverCore drivers, PciHardware hardware, PciFirmware firmware) {
        super(kernel.machine());
        this.kernel = kernel;
        this.drivers = drivers;
        this.hardware = hardware;
        roots = new RefList<>(this, PciBus.class);
        buses = new RefList<>(this, PciBus.class);
        var added = new PciDeviceAdd(kernel, drivers, hardware, firmware);
        scan = new PciScan(kernel, buses, added, firmware.reassignsBusNumbers());
        sriov = new Sriov(kernel, this, added);
        removal = new PciRemoval(kernel, drivers, this, sriov);
    }

    @Override
    public String label() {
        return "PCI host";
    }

    /** All buses that the kernel knows. */
    public List<PciBus> buses() {
        return buses.toList();
    }

    RefList<PciBus> busList() {
        return buses;
    }

    PciRemoval removal() {
        return removal;
    }

    /** The device object of this name as it is on the bus now: {@code 0000:02:00.0}. */
    public Optional<Device> find(String name) {
        return drivers.devices().toList().stream()
                .filter(device -> device.pci().isPresent() && device.label().equals(name))
                .findFirst();
    }

    /** All functions that are on the bus now, in the order of their discovery. */
    public List<Device> functions() {
        return drivers.devices().toList().stream()
                .filter(device -> device.pci().isPresent())
                .toList();
    }

    /** The boot's scan of all host bridges, then their devices are offered to the drivers that there are. */
    public void scan() {
        for (PciHardware.Root root : hardware.roots()) {
            var bus = new PciBus(drivers.pciSettings(), root.domain(), root.bus());
            bus.last().setQuietly(hardware.lastBus(root));
            roots.add(bus);
            buses.add(bus);
        }
        for (PciBus root : roots.toList()) {
            scan.childBus(root);
            addDevices(root);
        }
    }

    /** Whether functions are found by a scan; else they are what the board says, and only {@link #remove} is for them. */
    public boolean isScanned() {
        return !hardware.functions().isEmpty();
    }

    /** A 1 written to {@code /sys/bus/pci/rescan}: what is new is added, then offered to drivers. Always 0. */
    public long rescan() {
        for (PciBus root : roots.toList()) {
            kernel.run(RESCAN, root, () -> {
                scan.childBus(root);
                addDevices(root);
            });
        }
        return 0;
    }

    /** A 1 written to the device's {@code remove}: it goes with everything below it. Always 0. */
    public long remove(Device device) {
        removal.stopAndRemove(device);
        return 0;
    }

    /**
     * A number written to the device's {@code sriov_numvfs}.
     *
     * @return 0 or a negative errno; -ENOENT also for a device without SR-IOV, which has no such file
     */
    public long sriovNumvfs(Device device, int count) {
        return sriov.store(device, count);
    }

    /** Whether the device has the {@code sriov_} files. */
    public boolean isPhysicalFunction(Device device) {
        return sriov.isPhysicalFunction(device);
    }

    // the bus' devices first, all of them, then what is below each
    private void addDevices(PciBus bus) {
        kernel.run(ADD_DEVICES, bus, () -> {
            for (Device device : bus.devices().toList()) {
                addDevice(device);
            }
            for (Device device : bus.devices().toList()) {
                device.pci().flatMap(f -> f.subordinate().get()).ifPresent(this::addDevices);
            }
        });
    }

    /** pci_bus_add_device: drivers may have it from now on; nothing if they may already. */
    void addDevice(Device device) {
        PciFunction function = device.pci().orElseThrow();
        if (function.added().get()) {
            return;
        }
        kernel.run(ADD_DEVICE, device, () -> {
            long result = drivers.attach(device);
            if (result < 0 && !device.deferred().get()) {
                kernel.log().line(FAILED, device, result, 0);
            }
            function.added().setQuietly(true);
        });
    }
}
