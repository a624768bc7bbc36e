package org.iommulab.bus;

/** What the driver core asks for around a probe: the bus' dma_configure, dma_cleanup, and the platform's teardown. */
public interface DmaConfigure {
    /** A device was added to the bus: the IOMMU core's bus notifier. */
    void added(Device device);

    /** A device was removed from the bus, after its driver was unbound. */
    void removed(Device device);

    /** Before a probe. 0 or a negative errno, which fails the probe. */
    long configure(Device device, Driver driver);

    /** After a failed probe or an unbind. */
    void cleanup(Device device, Driver driver);

    /** The last thing of a failed probe or an unbind: arch_teardown_dma_ops. */
    void teardown(Device device);
}
