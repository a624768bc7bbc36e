/**
 * Unisoc's IOMMU, as {@code drivers/iommu/sprd-iommu.c} and its hardware are: one flat table of page numbers for a window
 * of 256 MiB, no permissions, no faults. No driver yet.
 */
@NullMarked
package org.iommulab.backend.sprd;

import org.jspecify.annotations.NullMarked;
