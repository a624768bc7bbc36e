/**
 * NVIDIA's SMMU of Tegra30 to Tegra210, as {@code drivers/iommu/tegra-smmu.c} and its hardware are: a part of the
 * memory controller, with address spaces chosen by number and a cache of table words beside the TLB.
 */
@NullMarked
package org.iommulab.backend.tegrasmmu;

import org.jspecify.annotations.NullMarked;
