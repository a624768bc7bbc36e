package org.iommulab.backend.virtio;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/**
 * A virtio device on PCI: {@code struct virtio_pci_common_cfg} and the other parts of its memory, at the offsets that
 * QEMU gives them, and the ring (include/uapi/linux/virtio_pci.h, virtio_ring.h, virtio_config.h). Registers of 8 and 16
 * bits are accessed at their own offsets.
 */
public final class VirtioLayout {
    public static final int DEVICE_FEATURE_SELECT = 0x00;
    public static final int DEVICE_FEATURE = 0x04;
    public static final int GUEST_FEATURE_SELECT = 0x08;
    public static final int GUEST_FEATURE = 0x0c;
    public static final int NUM_QUEUES = 0x12;
    public static final int DEVICE_STATUS = 0x14;
    public static final int QUEUE_SELECT = 0x16;
    public static final int QUEUE_SIZE = 0x18;
    public static final int QUEUE_ENABLE = 0x1c;
    public static final int QUEUE_NOTIFY_OFF = 0x1e;
    public static final int QUEUE_DESC_LO = 0x20;
    public static final int QUEUE_DESC_HI = 0x24;
    public static final int QUEUE_AVAIL_LO = 0x28;
    public static final int QUEUE_AVAIL_HI = 0x2c;
    public static final int QUEUE_USED_LO = 0x30;
    public static final int QUEUE_USED_HI = 0x34;
    /** The device's own configuration begins here. */
    public static final int CONFIG = 0x2000;
    /** Where a queue is notified, 4 bytes apart. */
    public static final int NOTIFY = 0x3000;

    public static final int NOTIFY_MULTIPLIER = 4;

    /** Device status. */
    public static final int ACKNOWLEDGE = 1;

    public static final int DRIVER = 2;
    public static final int DRIVER_OK = 4;
    public static final int FEATURES_OK = 8;

    /** Feature bit: the device is one of the virtio specification 1.0 or later. */
    public static final int F_VERSION_1 = 32;

    /** The descriptor table: {address 8, length 4, flags 2, next 2}. */
    public static final int DESC_BYTES = 16;

    public static final int DESC_NEXT = 1;
    public static final int DESC_WRITE = 2;
    /** The ring of what is available, and of what was used: {flags 2, idx 2, entries}. */
    public static final int RING = 4;

    public static final int AVAIL_ENTRY_BYTES = 2;
    /** {id 4, length 4}. */
    public static final int USED_ENTRY_BYTES = 8;

    private VirtioLayout() {}

    static int availBytes(int size) {
        return RING + AVAIL_ENTRY_BYTES * size + 2;
    }

    static int usedBytes(int size) {
        return RING + USED_ENTRY_BYTES * size + 2;
    }

    /** The transport's registers; the device's configuration goes between them and the notifications. */
    static List<Register> registers(List<Register> config, int queues) {
        var registers = new ArrayList<>(List.of(
                new Register("device_feature_select", DEVICE_FEATURE_SELECT),
                new Register("device_feature", DEVICE_FEATURE),
                new Register("guest_feature_select", GUEST_FEATURE_SELECT),
                new Register("guest_feature", GUEST_FEATURE),
                new Register("num_queues", NUM_QUEUES),
                new Register("device_status", DEVICE_STATUS),
                new Register("queue_select", QUEUE_SELECT),
                new Register("queue_size", QUEUE_SIZE),
                new Register("queue_enable", QUEUE_ENABLE),
                new Register("queue_notify_off", QUEUE_NOTIFY_OFF),
                new Register("queue_desc_lo", QUEUE_DESC_LO),
                new Register("queue_desc_hi", QUEUE_DESC_HI),
                new Register("queue_avail_lo", QUEUE_AVAIL_LO),
                new Register("queue_avail_hi", QUEUE_AVAIL_HI),
                new Register("queue_used_lo", QUEUE_USED_LO),
                new Register("queue_used_hi", QUEUE_USED_HI)));
        registers.addAll(config);
        for (int queue = 0; queue < queues; queue++) {
            registers.add(new Register("notify queue " + queue, NOTIFY + NOTIFY_MULTIPLIER * queue));
        }
        return registers;
    }
}
