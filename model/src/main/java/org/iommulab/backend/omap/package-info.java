/**
 * TI's IOMMU of the OMAP3 to DRA7 chips, as {@code drivers/iommu/omap-iommu.c} and its hardware are: the private MMU of
 * one subsystem, whose TLB software can read and write slot by slot. A device may have several of them, with equal
 * tables.
 */
@NullMarked
package org.iommulab.backend.omap;

import org.jspecify.annotations.NullMarked;
