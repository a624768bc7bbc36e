/**
 * Samsung's System MMU of the Exynos chips, as {@code drivers/iommu/exynos-iommu.c} and its hardware are. Layout: bits
 * and values, no behaviour. Unit: registers, walker, TLB, faults. Driver: the callbacks and the page table that it
 * keeps. Unit and driver know the layout; the driver reaches the unit through registers, memory and the interrupt only.
 */
@NullMarked
package org.iommulab.backend.exynos;

import org.jspecify.annotations.NullMarked;
