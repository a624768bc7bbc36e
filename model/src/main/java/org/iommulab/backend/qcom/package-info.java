/**
 * Qualcomm's IOMMUs of which Linux sees the context banks only, as {@code drivers/iommu/arm/arm-smmu/qcom_iommu.c} and
 * the hardware are: which device goes to which bank is wired by the firmware. Layout: bits and registers. Unit: the banks,
 * their walker, TLB, faults and stalls. Driver: the callbacks; it reaches the unit through registers, memory and
 * interrupts only.
 */
@NullMarked
package org.iommulab.backend.qcom;

import org.jspecify.annotations.NullMarked;
