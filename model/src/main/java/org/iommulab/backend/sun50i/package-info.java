/**
 * Allwinner's IOMMU of the H6 and H616, as {@code drivers/iommu/sun50i-iommu.c} and its hardware are: one table for all
 * masters of the chip, with permissions that entries only name and registers define.
 */
@NullMarked
package org.iommulab.backend.sun50i;

import org.jspecify.annotations.NullMarked;
