/**
 * Tegra20's GART, as {@code drivers/iommu/tegra-gart.c} (gone in v6.7) and its hardware are: an aperture of 32 MiB whose
 * pages are remapped by entries inside the memory controller; no table in memory, no walker, no TLB. Layout: registers
 * and their bits. Unit: the aperture and its entries. Driver: the callbacks, and of the memory controller's driver what
 * concerns the GART. System sleep, which saves the entries and writes them back, is left out.
 */
@NullMarked
package org.iommulab.backend.tegragart;

import org.jspecify.annotations.NullMarked;
