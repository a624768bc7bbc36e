/**
 * The RISC-V IOMMU. Unit: registers, device directory, first stage, caches, queues. Driver: that of v6.13, which no
 * release that the lab has contains; it is there on 6.12 with its patches ({@code 6.12+riscv-iommu}). On all other
 * kernels the unit is as firmware left it, and nobody speaks to it.
 */
@NullMarked
package org.iommulab.backend.riscv;

import org.jspecify.annotations.NullMarked;
