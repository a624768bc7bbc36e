package org.iommulab.bus;

import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** Adding and deleting links (drivers/base/core.c). */
public final class DeviceLinks {
    private static final String CORE_C = "drivers/base/core.c";
    private static final Term ADD = Term.function("device_link_add", CORE_C);
    private static final Term DEL = Term.function("device_link_del", CORE_C);
    private static final Term PURGE = Term.function("device_links_purge", CORE_C);

    private final Kernel kernel;

    public DeviceLinks(Kernel kernel) {
        this.kernel = kernel;
    }

    /** device_link_add(consumer, supplier, STATELESS | PM_RUNTIME). */
    public DeviceLink add(Device consumer, Device supplier) {
        var link = new DeviceLink(kernel.machine(), consumer, supplier);
        kernel.run(ADD, consumer, supplier, () -> consumer.suppliers().add(link));
        return link;
    }

    /**
     * device_link_del. A link deleted a second time is freed memory: undefined in a real kernel, said and skipped here.
     */
    public void delete(DeviceLink link) {
        kernel.run(DEL, link, () -> {
            if (link.deleted().get()) {
                kernel.machine().useAfterFree(Lane.CORE, DEL, link, 0);
                return;
            }
            drop(link);
        });
    }

    /**
     * device_links_purge: device_del drops what links a device has left before the IOMMU core hears that it is gone
     * (read in 6.1 and 6.12). Of the links that lead to it as a supplier the lab keeps no list.
     */
    void purge(Device device) {
        if (!device.suppliers().toList().isEmpty()) {
            kernel.run(
                    PURGE, device, () -> device.suppliers().toList().reversed().forEach(this::drop));
        }
    }

    private void drop(DeviceLink link) {
        link.consumer().suppliers().remove(link);
        link.deleted().set(true);
        // pm_runtime_drop_link: the references that the consumer's activity holds go with the link
        while (link.activeCount().get() > 0) {
            link.activeCount().setQuietly(link.activeCount().get() - 1);
            link.supplier().power().put(kernel);
        }
    }
}
