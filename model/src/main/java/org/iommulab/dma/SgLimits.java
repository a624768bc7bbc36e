package org.iommulab.dma;

/**
 * What a device can take in one entry of a list ({@code struct device_dma_parameters}).
 *
 * @param boundary a power of two less one: no entry goes over a multiple of it plus one (dma_set_seg_boundary)
 * @param longest bytes of the longest entry (dma_set_max_seg_size)
 */
public record SgLimits(long boundary, long longest) {
    /** dma_get_seg_boundary and dma_get_max_seg_size where a driver has said nothing. */
    public static final SgLimits USUAL = new SgLimits((1L << 32) - 1, 1 << 16);
}
