package org.iommulab.bus.pci;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** Virtual functions made and taken away (drivers/pci/iov.c, v6.1 and v6.12). Memory for them is always there. */
public final class Sriov {
    private static final String IOV_C = "drivers/pci/iov.c";
    private static final Term STORE = Term.function("sriov_numvfs_store", IOV_C);
    private static final Term ENABLE = Term.function("sriov_enable", IOV_C);
    private static final Term DISABLE = Term.function("sriov_disable", IOV_C);
    private static final Term ADD = Term.function("pci_iov_add_virtfn", IOV_C);
    private static final Term REMOVE = Term.function("pci_iov_remove_virtfn", IOV_C);
    private static final Term NO_DRIVER = LogText.of("<6>no driver bound to device; cannot configure SR-IOV");
    private static final Term NO_CALLBACK = LogText.of("<6>driver does not support SR-IOV configuration via sysfs");
    private static final Term ALREADY = LogText.of("<4>%d VFs already enabled. Disable before enabling %d VFs");
    private static final Term ONLY = LogText.of("<4>%d VFs requested; only %d enabled");

    private final Kernel kernel;
    private final PciHost host;
    private final PciDeviceAdd adding;

    Sriov(Kernel kernel, PciHost host, PciDeviceAdd adding) {
        this.kernel = kernel;
        this.host = host;
        this.adding = adding;
    }

    /** {@code is_physfn}: it can have virtual functions (sriov_init). */
    public boolean isPhysicalFunction(Device device) {
        return device.pci().filter(Sriov::isPhysicalFunction).isPresent();
    }

    static boolean isPhysicalFunction(PciFunction function) {
        boolean type = function.type() == PciType.ENDPOINT || function.type() == PciType.RC_ENDPOINT;
        return type
                && SriovCapability.of(function.found())
                        .filter(sriov -> sriov.totalVfs() > 0
                                && sriov.offset() != 0
                                && (sriov.totalVfs() == 1 || sriov.stride() != 0))
                        .isPresent();
    }

    /** pci_iov_bus_range: how many bus numbers above its own the functions on a bus can need. */
    static int busesNeeded(PciBus bus) {
        return bus.devices().toList().stream()
                .flatMap(device -> device.pci().stream())
                .filter(Sriov::isPhysicalFunction)
                .mapToInt(function -> {
                    SriovCapability sriov = SriovCapability.of(function.found()).orElseThrow();
                    int id = sriov.requesterId(function.address().requesterId(), sriov.totalVfs() - 1);
                    return (id >> 8) - bus.number();
                })
                .max()
                .orElse(0);
    }

    // ---- sysfs

    long store(Device device, int count) {
        if (!isPhysicalFunction(device)) {
            return Errno.ENOENT.negative();
        }
        return kernel.call(STORE, device, () -> numvfsStore(device, count));
    }

    private long numvfsStore(Device device, int count) {
        PciFunction function = device.pci().orElseThrow();
        if (count < 0 || count > 0xffff) {
            return Errno.EINVAL.negative();
        }
        if (count > capabilityOf(function).totalVfs()) {
            return Errno.ERANGE.negative();
        }
        if (count == function.numVfs().get()) {
            return 0;
        }
        Optional<Driver> driver = device.driver().get();
        if (driver.isEmpty()) {
            kernel.log().line(NO_DRIVER, device, 0, 0);
            return Errno.ENOENT.negative();
        }
        Optional<SriovConfigure> callback = driver.get().sriovConfigure();
        if (callback.isEmpty()) {
            kernel.log().line(NO_CALLBACK, device, 0, 0);
            return Errno.ENOENT.negative();
        }
        if (count != 0 && function.numVfs().isSet()) {
            kernel.log().line(ALREADY, device, function.numVfs().get(), count);
            return Errno.EBUSY.negative();
        }
        long result = callback.get().configure(this, device, count);
        if (result >= 0 && result != count) {
            kernel.log().line(ONLY, device, count, result);
        }
        return Math.min(result, 0);
    }

    private static SriovCapability capabilityOf(PciFunction function) {
        return SriovCapability.of(function.config().snapshot()).orElseThrow();
    }

    // ---- for drivers

    /** sriov_enable: 0 or a negative errno. */
    public long enable(Device device, int count) {
        return kernel.call(ENABLE, device, () -> sriovEnable(device, count));
    }

    private long sriovEnable(Device device, int count) {
        PciFunction function = device.pci().orElseThrow();
        SriovCapability sriov = capabilityOf(function);
        if (count == 0) {
            return 0;
        }
        if (function.numVfs().isSet()) {
            return Errno.EINVAL.negative();
        }
        if (sriov.initialVfs() > sriov.totalVfs() || !sriov.migratable() && sriov.initialVfs() != sriov.totalVfs()) {
            return Errno.EIO.negative();
        }
        if (count < 0 || count > sriov.totalVfs() || !sriov.migratable() && count > sriov.initialVfs()) {
            return Errno.EINVAL.negative();
        }
        if (busOf(function, sriov, count - 1) > function.bus().last().get()) {
            return Errno.ENOMEM.negative();
        }
        long error = dependency(function, sriov);
        if (error != 0) {
            return error;
        }
        ConfigAccess config = function.config();
        int control = config.read16(sriov.at() + SriovCapability.CONTROL);
        config.write16(sriov.at() + SriovCapability.NUM_VFS, count);
        config.write16(
                sriov.at() + SriovCapability.CONTROL, control | SriovCapability.VF_ENABLE | SriovCapability.VF_MEMORY);
        for (int i = 0; i < Math.min(count, sriov.initialVfs()); i++) {
            int index = i;
            kernel.run(ADD, device, () -> addVirtual(device, sriov, index));
        }
        function.numVfs().set(count);
        return 0;
    }

    // another function of the device that must be there too
    private static long dependency(PciFunction function, SriovCapability sriov) {
        int link = function.type() == PciType.RC_ENDPOINT
                ? function.devfn() & ~7 | sriov.functionLink() & 7
                : sriov.functionLink();
        if (link == function.devfn()) {
            return 0;
        }
        Optional<PciFunction> other = function.bus().at(link).flatMap(Device::pci);
        if (other.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        return isPhysicalFunction(other.get()) ? 0 : Errno.ENOSYS.negative();
    }

    private static int busOf(PciFunction function, SriovCapability sriov, int index) {
        return sriov.requesterId(function.address().requesterId(), index) >> 8;
    }

    private void addVirtual(Device device, SriovCapability sriov, int index) {
        PciFunction physical = device.pci().orElseThrow();
        int id = sriov.requesterId(physical.address().requesterId(), index);
        PciBus bus = busFor(physical.bus(), id >> 8);
        adding.setup(bus, id & 0xff).ifPresent(virtual -> {
            virtual.physicalFunction().setQuietly(Optional.of(device));
            virtual.multifunction().setQuietly(false);
            Device made = adding.add(virtual);
            host.addDevice(made);
        });
    }

    // virtfn_add_bus
    private PciBus busFor(PciBus physical, int number) {
        if (number == physical.number()) {
            return physical;
        }
        return host.buses().stream()
                .filter(bus -> bus.domain() == physical.domain() && bus.number() == number)
                .findFirst()
                .orElseGet(() -> {
                    var child = new PciBus(physical.settings(), physical.domain(), number);
                    child.put(physical, Optional.empty());
                    child.last().setQuietly(number);
                    host.busList().add(child);
                    return child;
                });
    }

    /** sriov_disable: in the order in which they were made. */
    public void disable(Device device) {
        PciFunction function = device.pci().orElseThrow();
        if (!function.numVfs().isSet()) {
            return;
        }
        kernel.run(DISABLE, device, () -> {
            SriovCapability sriov = capabilityOf(function);
            for (int i = 0; i < function.numVfs().get(); i++) {
                int id = sriov.requesterId(function.address().requesterId(), i);
                kernel.run(REMOVE, device, () -> removeVirtual(function.bus(), id));
            }
            int control = function.config().read16(sriov.at() + SriovCapability.CONTROL);
            function.config()
                    .write16(
                            sriov.at() + SriovCapability.CONTROL,
                            control & ~(SriovCapability.VF_ENABLE | SriovCapability.VF_MEMORY));
            function.numVfs().set(0);
            function.config().write16(sriov.at() + SriovCapability.NUM_VFS, 0);
        });
    }

    private void removeVirtual(PciBus physical, int id) {
        Optional<PciBus> bus = host.buses().stream()
                .filter(b -> b.domain() == physical.domain() && b.number() == id >> 8)
                .findFirst();
        bus.flatMap(b -> b.at(id & 0xff)).ifPresent(device -> host.removal().stopAndRemove(device));
        bus.filter(b -> b != physical && b.devices().isEmpty())
                .ifPresent(empty -> host.removal().removeBus(empty));
    }
}
