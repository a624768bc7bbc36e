package org.iommulab.backend.amd;

import java.util.Arrays;
import java.util.Optional;

/** An entry of the event log, in four words of 32 bits (AMD's specification, "Event Log Entries"). */
public record AmdEvent(int w0, int w1, int w2, int w3) {
    // Flags of page faults, bit numbers.
    public static final int GN = 0;
    public static final int NX = 1;
    public static final int US = 2;
    /** An interrupt request. */
    public static final int INTERRUPT = 3;
    /** The page was present: its permissions, or reserved bits, are what failed. */
    public static final int PRESENT = 4;

    /** A write. */
    public static final int WRITE = 5;

    public static final int PERMISSION = 6;
    public static final int RESERVED = 7;

    /** Kinds of events, by their number, with the driver's words. */
    public enum Type {
        ILLEGAL_DEV_TABLE_ENTRY(1),
        IO_PAGE_FAULT(2),
        DEV_TAB_HARDWARE_ERROR(3),
        PAGE_TAB_HARDWARE_ERROR(4),
        ILLEGAL_COMMAND_ERROR(5),
        COMMAND_HARDWARE_ERROR(6),
        IOTLB_INV_TIMEOUT(7),
        INVALID_DEVICE_REQUEST(8),
        INVALID_PPR_REQUEST(9),
        RMP_PAGE_FAULT(13),
        RMP_HW_ERROR(14);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    /**
     * An event about an access of a device.
     *
     * @param domain of the device table entry, or a PASID
     * @param flags 12 bits
     */
    public static AmdEvent of(Type type, int device, int domain, int flags, long address) {
        return new AmdEvent(
                device & 0xffff | (domain >>> 16 & 15) << 16,
                domain & 0xffff | (flags & 0xfff) << 16 | type.number << 28,
                (int) address,
                (int) (address >>> 32));
    }

    /** As memory has it. */
    public static AmdEvent of(long low, long high) {
        return new AmdEvent((int) low, (int) (low >>> 32), (int) high, (int) (high >>> 32));
    }

    public long low() {
        return w0 & 0xffff_ffffL | (long) w1 << 32;
    }

    public long high() {
        return w2 & 0xffff_ffffL | (long) w3 << 32;
    }

    /** Nothing for a number that means nothing. */
    public Optional<Type> type() {
        return Arrays.stream(Type.values()).filter(t -> t.number == w1 >>> 28).findFirst();
    }

    public int device() {
        return w0 & 0xffff;
    }

    /** A requester id as people write it: bus, device, function. */
    public static String deviceName(int device) {
        return "%02x:%02x.%x".formatted(device >>> 8 & 0xff, device >>> 3 & 0x1f, device & 7);
    }

    /** Whether it is about DMA, and not about an interrupt. */
    public boolean isMemoryTransaction() {
        return (flags() >>> INTERRUPT & 1) == 0;
    }

    public boolean isWrite() {
        return (flags() >>> WRITE & 1) != 0;
    }

    public int domain() {
        return w1 & 0xffff | (w0 >>> 16 & 15) << 16;
    }

    public int flags() {
        return w1 >>> 16 & 0xfff;
    }

    public long address() {
        return high();
    }
}
