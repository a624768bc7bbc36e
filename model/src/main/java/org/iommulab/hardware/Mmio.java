package org.iommulab.hardware;

/**
 * A unit's registers as the CPU reaches them: the only way down for a driver. Each access is an event on the hardware
 * lane. A unit without power does not answer: writes are lost and reads give 0.
 */
public interface Mmio {
    int read32(int offset);

    void write32(int offset, int value);
}
