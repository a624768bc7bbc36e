package org.iommulab.hardware;

/**
 * A unit's registers as the CPU reaches them: the only way down for a driver. Each access is an event on the hardware
 * lane. A unit without power does not answer: writes are lost and reads give 0.
 */
public interface Mmio {
    int read32(int offset);

    void write32(int offset, int value);

    /** A 64-bit register; as two halves, low first, unless the unit has such registers. */
    default long read64(int offset) {
        return read32(offset) & 0xffff_ffffL | (long) read32(offset + 4) << 32;
    }

    /** As {@link #read64}. */
    default void write64(int offset, long value) {
        write32(offset, (int) value);
        write32(offset + 4, (int) (value >>> 32));
    }
}
