package org.iommulab.bus.pci;

/** Configuration requests as they are on their way now: who answers is for the bridges' registers to say. */
public interface ConfigAccess {
    /** All ones when no function answers. */
    int read32(int offset);

    /** Nothing happens when no function answers, or where it has nothing that can be written. */
    void write32(int offset, int value);

    /** Half of a word. */
    default int read16(int offset) {
        return read32(offset & ~3) >>> 8 * (offset & 2) & 0xffff;
    }

    /** Half of a word; the other half is written as it is read. */
    default void write16(int offset, int value) {
        int shift = 8 * (offset & 2);
        write32(offset & ~3, read32(offset & ~3) & ~(0xffff << shift) | (value & 0xffff) << shift);
    }

    /** All of it as it is now; all ones when no function answers. */
    ConfigSpace snapshot();

    /** Whether requests for the function's memory come to it, through the bridges that the kernel believes above it. */
    default boolean memoryAnswers() {
        return true;
    }
}
