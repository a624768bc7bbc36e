/**
 * Renesas' IPMMU, as {@code drivers/iommu/ipmmu-vmsa.c} and the hardware are: a root unit with the translation contexts,
 * leaf units with the micro-TLBs that masters are wired to; up to R-Car Gen2 each unit is both. Layout: bits and registers.
 * Unit: contexts, micro-TLBs, walker, faults. Driver: the callbacks; it reaches units through registers, memory and the
 * root's interrupt only.
 */
@NullMarked
package org.iommulab.backend.ipmmu;

import org.jspecify.annotations.NullMarked;
