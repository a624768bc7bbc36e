package org.iommulab.backend.virtio;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Configuration, requests, answers and events of a virtio-iommu (include/uapi/linux/virtio_iommu.h). */
public final class ViommuLayout {
    /** The device id of virtio. */
    public static final int DEVICE_ID = 23;

    public static final int REQUEST_QUEUE = 0;
    public static final int EVENT_QUEUE = 1;
    public static final int QUEUES = 2;

    // ---- struct virtio_iommu_config, from VirtioLayout.CONFIG on

    public static final int PAGE_SIZE_MASK = VirtioLayout.CONFIG;
    public static final int INPUT_START = VirtioLayout.CONFIG + 0x08;
    public static final int INPUT_END = VirtioLayout.CONFIG + 0x10;
    public static final int DOMAIN_START = VirtioLayout.CONFIG + 0x18;
    public static final int DOMAIN_END = VirtioLayout.CONFIG + 0x1c;
    public static final int PROBE_SIZE = VirtioLayout.CONFIG + 0x20;
    public static final int BYPASS = VirtioLayout.CONFIG + 0x24;

    static final List<Register> CONFIG = List.of(
            new Register("page_size_mask_lo", PAGE_SIZE_MASK),
            new Register("page_size_mask_hi", PAGE_SIZE_MASK + 4),
            new Register("input_range.start_lo", INPUT_START),
            new Register("input_range.start_hi", INPUT_START + 4),
            new Register("input_range.end_lo", INPUT_END),
            new Register("input_range.end_hi", INPUT_END + 4),
            new Register("domain_range.start", DOMAIN_START),
            new Register("domain_range.end", DOMAIN_END),
            new Register("probe_size", PROBE_SIZE),
            new Register("bypass", BYPASS));

    // ---- features, as bit numbers

    public static final int F_INPUT_RANGE = 0;
    public static final int F_DOMAIN_RANGE = 1;
    public static final int F_MAP_UNMAP = 2;
    public static final int F_PROBE = 4;
    public static final int F_MMIO = 5;
    public static final int F_BYPASS_CONFIG = 6;

    // ---- requests

    public static final int T_ATTACH = 1;
    public static final int T_DETACH = 2;
    public static final int T_MAP = 3;
    public static final int T_UNMAP = 4;
    public static final int T_PROBE = 5;

    /** The part at the end of each request that the device writes: {status 1, reserved 3}. */
    public static final int TAIL_BYTES = 4;

    /** Flag of ATTACH: the domain lets everything pass. */
    public static final int ATTACH_BYPASS = 1;

    public static final int MAP_READ = 1;
    public static final int MAP_WRITE = 2;
    public static final int MAP_MMIO = 4;

    /** How a request ended, as the device says it in the tail. */
    enum Status {
        OK,
        IOERR,
        UNSUPP,
        DEVERR,
        INVAL,
        RANGE,
        NOENT,
        FAULT,
        NOMEM;

        /** A number that the header does not have counts as {@link #IOERR}, as it does for the driver. */
        static Status of(int number) {
            return number < values().length ? values()[number] : IOERR;
        }
    }

    // ---- what PROBE answers: {type 2, length 2, value}

    public static final int PROBE_RESV_MEM = 1;
    public static final int PROBE_TYPE_MASK = 0xfff;
    public static final int PROPERTY_HEAD_BYTES = 4;
    /** {head 4, subtype 1, reserved 3, start 8, end 8}. */
    public static final int RESV_MEM_BYTES = 24;

    public static final int RESV_RESERVED = 0;
    public static final int RESV_MSI = 1;

    // ---- struct virtio_iommu_fault

    /** {reason 1, reserved 3, flags 4, endpoint 4, reserved 4, address 8}. */
    public static final int FAULT_BYTES = 24;

    public static final int FAULT_UNKNOWN = 0;
    public static final int FAULT_DOMAIN = 1;
    public static final int FAULT_MAPPING = 2;
    public static final int FAULT_READ = 1;
    public static final int FAULT_WRITE = 2;
    public static final int FAULT_EXEC = 4;
    public static final int FAULT_ADDRESS = 0x100;

    private ViommuLayout() {}

    /**
     * What a port's domain is known by where other units have the address of a table: there is none. The same domain id
     * means another domain in another unit.
     *
     * @param unit its place among the machine's units of this kind
     */
    static long handle(int unit, long domain) {
        return unit + 1L << 32 | domain & 0xffff_ffffL;
    }
}
