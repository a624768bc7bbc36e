package org.iommulab.bus;

/**
 * The addresses that a bus hands on from its devices, by the property {@code dma-ranges} in the device tree: the overall
 * bounds, as dma_range_map_min and dma_range_map_max tell them.
 *
 * @param last inclusive
 */
public record DmaRange(long first, long last) {
    /** How many addresses; 0 for all. */
    public long size() {
        return last - first + 1;
    }
}
