package org.iommulab.backend.virtio;

import org.iommulab.memory.PhysicalMemory;

/** Numbers of 16 bits in memory, which itself is read and written by 32 bits: virtio's are little endian. */
final class Bytes {
    private Bytes() {}

    static int read16(PhysicalMemory memory, long address) {
        return memory.read32(address & -4) >>> shift(address) & 0xffff;
    }

    static void write16(PhysicalMemory memory, long address, int value) {
        int old = memory.read32(address & -4);
        int mask = 0xffff << shift(address);
        memory.write32(address & -4, old & ~mask | value << shift(address) & mask);
    }

    private static int shift(long address) {
        return (int) (address & 2) << 3;
    }
}
