/**
 * NVIDIA's SMMU of Tegra30 to Tegra210, as {@code drivers/iommu/tegra-smmu.c} and its hardware are: a part of the
 * memory controller, with address spaces chosen by number and a cache of table words beside the TLB. Layout: registers
 * and their bits; chips and ports: what belongs to which software group. Unit: registers, walks, both caches, faults.
 * Driver: the callbacks, and of the memory controller's driver what concerns the SMMU, its interrupt above all. The
 * names that the driver gives to groups ("drm", "display") are left out: the lab's groups have numbers only.
 */
@NullMarked
package org.iommulab.backend.tegrasmmu;

import org.jspecify.annotations.NullMarked;
