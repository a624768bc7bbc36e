package org.iommulab.memory;

/**
 * Something derived from memory by somebody who knows of his own writes only. It asks {@link PhysicalMemory#tell} to be
 * told of the others'.
 */
public interface MemoryCache {
    /** Content may have changed in any way. The memory will tell no more until it is asked again. */
    void memoryChanged();
}
