/**
 * Who gives a device its DMA addresses: the platform's direct mapping, the 32-bit ARM glue with its mappings, the generic
 * dma-iommu layer; and the calls that drivers make. Uses the core; no driver and no unit is known here.
 */
@NullMarked
package org.iommulab.dma;

import org.jspecify.annotations.NullMarked;
