/**
 * The IOMMUs of Qualcomm's 32-bit chips, one at each port of a multimedia block, as {@code drivers/iommu/msm_iommu.c} and
 * the hardware are: a machine id (MID) that goes with each access chooses a context bank. Layout: registers and their
 * fields. Unit: contexts, walker, TLB, probes, faults and stalls. Driver: the callbacks, with the edges that the kernel's
 * has; it reaches the unit through registers, memory and interrupts only.
 */
@NullMarked
package org.iommulab.backend.msm;

import org.jspecify.annotations.NullMarked;
