/**
 * Rockchip's IOMMU, as {@code drivers/iommu/rockchip-iommu.c} and its hardware are: a small MMU in front of each
 * multimedia master, often in several banks. Two table formats, of which a chip has one.
 */
@NullMarked
package org.iommulab.backend.rockchip;

import org.jspecify.annotations.NullMarked;
