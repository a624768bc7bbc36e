package org.iommulab.backend.virtio;

import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** virtio-pci: takes every function that is a virtio device, whatever it does (drivers/virtio/virtio_pci_common.c). */
final class VirtioPciDriver extends Driver {
    static final String NAME = "virtio-pci";
    private static final String FILE = "drivers/virtio/virtio_pci_common.c";
    private static final Term PROBE = Term.function("virtio_pci_probe", FILE);
    private static final Term REMOVE = Term.function("virtio_pci_remove", FILE);
    /** How boards name the types of virtio devices; on a real bus it is the vendor id. */
    private static final String TYPES = "virtio-";

    /** virtio_pci_id_table and the range that virtio_pci_modern_probe takes. */
    private static final int VENDOR = 0x1af4;

    private static final int FIRST_ID = 0x1000;
    private static final int LAST_ID = 0x107f;

    private final Kernel kernel;
    private final VirtioBus bus;

    VirtioPciDriver(Kernel kernel, VirtioBus bus) {
        super(kernel.machine(), NAME);
        this.kernel = kernel;
        this.bus = bus;
    }

    @Override
    public boolean matches(Device device) {
        return device.pci()
                .filter(function -> device.type().startsWith(TYPES)
                        || function.found().vendor() == VENDOR
                                && LAST_ID >= function.found().device()
                                && function.found().device() >= FIRST_ID)
                .isPresent();
    }

    @Override
    public long probe(Device device) {
        return kernel.driverCall(PROBE, device, () -> {
            device.power().enable();
            return bus.add(device);
        });
    }

    @Override
    public void remove(Device device) {
        kernel.driverRun(REMOVE, device, () -> {
            bus.remove(device);
            device.power().disable();
        });
    }
}
