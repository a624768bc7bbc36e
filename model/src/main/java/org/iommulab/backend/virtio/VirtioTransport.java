package org.iommulab.backend.virtio;

import org.iommulab.hardware.Mmio;

/**
 * How a driver speaks with a virtio device on PCI (drivers/virtio/virtio_pci_modern.c, virtio_pci_modern_dev.c). That the
 * registers of a queue are written in just this order is unverified.
 */
record VirtioTransport(Mmio registers) {
    /** vp_reset. */
    void reset() {
        registers.write32(VirtioLayout.DEVICE_STATUS, 0);
        registers.read32(VirtioLayout.DEVICE_STATUS);
    }

    int status() {
        return registers.read32(VirtioLayout.DEVICE_STATUS);
    }

    /** virtio_add_status. */
    void addStatus(int bit) {
        registers.write32(VirtioLayout.DEVICE_STATUS, status() | bit);
    }

    /** vp_modern_get_features. */
    long features() {
        registers.write32(VirtioLayout.DEVICE_FEATURE_SELECT, 0);
        long low = registers.read32(VirtioLayout.DEVICE_FEATURE) & 0xffff_ffffL;
        registers.write32(VirtioLayout.DEVICE_FEATURE_SELECT, 1);
        return low | (long) registers.read32(VirtioLayout.DEVICE_FEATURE) << 32;
    }

    /** vp_modern_set_features. */
    void setFeatures(long features) {
        registers.write32(VirtioLayout.GUEST_FEATURE_SELECT, 0);
        registers.write32(VirtioLayout.GUEST_FEATURE, (int) features);
        registers.write32(VirtioLayout.GUEST_FEATURE_SELECT, 1);
        registers.write32(VirtioLayout.GUEST_FEATURE, (int) (features >>> 32));
    }

    /** setup_vq: the queue as large as the device has it. False where there is none. */
    boolean setUp(int queue, DriverRing ring) {
        registers.write32(VirtioLayout.QUEUE_SELECT, queue);
        int size = registers.read32(VirtioLayout.QUEUE_SIZE);
        if (size == 0 || registers.read32(VirtioLayout.QUEUE_ENABLE) != 0) {
            return false;
        }
        ring.create(size);
        registers.write32(VirtioLayout.QUEUE_SIZE, size);
        registers.write64(VirtioLayout.QUEUE_DESC_LO, ring.descriptors());
        registers.write64(VirtioLayout.QUEUE_AVAIL_LO, ring.availableRing());
        registers.write64(VirtioLayout.QUEUE_USED_LO, ring.usedRing());
        return true;
    }

    void enable(int queue) {
        registers.write32(VirtioLayout.QUEUE_SELECT, queue);
        registers.write32(VirtioLayout.QUEUE_ENABLE, 1);
    }
}
