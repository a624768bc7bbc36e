package org.iommulab.bus.pci;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DriverCore;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** Taking a device and all below it away (drivers/pci/remove.c, the same in v6.1 and v6.12). */
final class PciRemoval {
    private static final String REMOVE_C = "drivers/pci/remove.c";
    private static final Term STOP_AND_REMOVE = Term.function("pci_stop_and_remove_bus_device", REMOVE_C);
    private static final Term STOP = Term.function("pci_stop_dev", REMOVE_C);
    private static final Term DESTROY = Term.function("pci_destroy_dev", REMOVE_C);
    private static final Term REMOVE_BUS = Term.function("pci_remove_bus", REMOVE_C);

    private final Kernel kernel;
    private final DriverCore drivers;
    private final PciHost host;
    private final Sriov sriov;

    PciRemoval(Kernel kernel, DriverCore drivers, PciHost host, Sriov sriov) {
        this.kernel = kernel;
        this.drivers = drivers;
        this.host = host;
        this.sriov = sriov;
    }

    void stopAndRemove(Device device) {
        kernel.run(STOP_AND_REMOVE, device, () -> {
            stop(device);
            remove(device);
        });
    }

    private static Optional<PciBus> below(Device device) {
        return device.pci().orElseThrow().subordinate().get();
    }

    // the last device first, so that virtual functions are gone before the function whose they are
    private void stop(Device device) {
        below(device).ifPresent(bus -> {
            for (Device child : List.copyOf(bus.devices().toList()).reversed()) {
                if (bus.devices().contains(child)) {
                    stop(child);
                }
            }
        });
        kernel.run(STOP, device, () -> {
            PciFunction function = device.pci().orElseThrow();
            if (function.added().get()) {
                if (function.numVfs().isSet()) {
                    sriov.disable(device); // as drivers that made them do in their remove
                }
                drivers.unbind(device);
                function.added().setQuietly(false);
            }
        });
    }

    private void remove(Device device) {
        below(device).ifPresent(bus -> {
            bus.devices().toList().forEach(this::remove);
            removeBus(bus);
            device.pci().orElseThrow().subordinate().setQuietly(Optional.empty());
        });
        kernel.run(DESTROY, device, () -> drivers.remove(device));
    }

    /** The bus object goes; its number is free for another. */
    void removeBus(PciBus bus) {
        kernel.run(REMOVE_BUS, bus, () -> host.busList().remove(bus));
    }
}
