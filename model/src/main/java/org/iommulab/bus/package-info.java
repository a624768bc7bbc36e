/**
 * The driver core: devices, drivers, binding and deferred probe, device links, runtime PM, clocks. It does not know what
 * an IOMMU is; what it must ask about DMA it asks through {@link org.iommulab.bus.DmaConfigure}.
 */
@NullMarked
package org.iommulab.bus;

import org.jspecify.annotations.NullMarked;
