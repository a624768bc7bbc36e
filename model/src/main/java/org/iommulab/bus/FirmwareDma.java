package org.iommulab.bus;

import java.util.Optional;

/**
 * What a device tree says of a device's DMA.
 *
 * @param range what the bus that it is on hands on; empty for everything
 * @param coherent whether its DMA sees the CPU's caches ({@code dma-coherent}); it does not where nothing is said
 */
public record FirmwareDma(Optional<DmaRange> range, boolean coherent) {
    /** Nothing is said. */
    public static final FirmwareDma NONE = new FirmwareDma(Optional.empty(), false);
}
