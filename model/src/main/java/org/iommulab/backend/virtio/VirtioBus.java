package org.iommulab.backend.virtio;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The virtio bus (drivers/virtio/virtio.c), as far as a virtio-iommu needs it: virtio-pci makes a device for each of its
 * functions, numbered as they come, and that of an IOMMU waits there for its driver. No IOMMU driver is told of this
 * bus, so its devices are in no list of the driver core.
 */
final class VirtioBus extends SimObject {
    private static final Term REGISTER = Term.function("register_virtio_device", "drivers/virtio/virtio.c");
    private static final Term UNREGISTER = Term.function("unregister_virtio_device", "drivers/virtio/virtio.c");

    private final Site site;
    private final Kernel kernel;
    private final List<ViommuDev> viommus;
    private final ViommuProbe probing;
    private final LongCell next;
    private final RefCell<Driver> driver;

    VirtioBus(Site site, List<ViommuDev> viommus, ViommuProbe probing) {
        super(site.kernel().machine());
        this.site = site;
        this.kernel = site.kernel();
        this.viommus = viommus;
        this.probing = probing;
        this.next = new LongCell(this, Lane.CORE, Term.count("virtio_index_ida"));
        this.driver = new RefCell<>(this, Lane.CORE, Term.reference("virtio_iommu_drv"), Driver.class);
    }

    @Override
    public String label() {
        return "virtio bus";
    }

    private Optional<ViommuDev> viommuOn(Device function) {
        return viommus.stream()
                .filter(v -> v.parent().label().equals(function.label()))
                .findFirst();
    }

    /** register_virtio_device, for a function that virtio-pci has bound. */
    long add(Device function) {
        return kernel.driverCall(REGISTER, function, () -> {
            long number = next.get();
            next.set(number + 1);
            viommuOn(function).ifPresent(viommu -> {
                viommu.device().set(new Device(machine(), "virtio" + number, "virtio-iommu", "iommu", List.of()));
                viommu.transport().reset();
                viommu.transport().addStatus(VirtioLayout.ACKNOWLEDGE);
                bind(viommu);
            });
            return 0;
        });
    }

    /**
     * The driver of virtio-iommus is there. A unit that no bus of this machine has (its function is missing in what was
     * captured) has been found by virtio-pci before.
     */
    void register(Driver viommuDriver) {
        viommus.stream()
                .filter(viommu ->
                        viommu.device().isNull() && viommu.parent().pci().isEmpty() && !isOnBus(viommu.parent()))
                .forEach(viommu -> add(viommu.parent()));
        driver.set(viommuDriver);
        viommus.stream().filter(viommu -> !viommu.device().isNull()).forEach(this::bind);
    }

    private boolean isOnBus(Device parent) {
        return site.bus().devices().toList().stream()
                .anyMatch(device -> device.label().equals(parent.label()));
    }

    private void bind(ViommuDev viommu) {
        if (driver.isNull()) {
            return;
        }
        Device device = viommu.device().require();
        device.driver().set(driver.require());
        if (probing.probe(viommu) == 0) {
            site.bus().retryDeferred();
        } else {
            device.driver().setNull();
        }
    }

    /** unregister_virtio_device. */
    void remove(Device function) {
        kernel.driverRun(
                UNREGISTER,
                function,
                () -> viommuOn(function).ifPresent(viommu -> {
                    if (!viommu.device().require().driver().isNull()) {
                        probing.remove(viommu);
                    }
                    viommu.device().setNull();
                }));
    }
}
