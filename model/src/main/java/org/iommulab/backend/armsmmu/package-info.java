/**
 * ARM's System MMU version 2, as {@code drivers/iommu/arm/arm-smmu/arm-smmu.c} and its hardware are: registers that match
 * stream ids and send them to context banks, and a context bank for each table. Layout: registers and bits
 * ({@code ArmSmmuLayout}). Unit: stream matching, banks, walks, faults. Driver: who gets which match entry and bank.
 *
 * <p>Left out: what vendors hook into the driver (Qualcomm's, NVIDIA's, MMU-500's errata), extended stream ids, SMMUv1,
 * stalled faults, nested translation, ATS1PR (MMU-500 has none), short descriptors, and runtime PM, which the driver only
 * turns on where firmware gives the SMMU a power domain.
 */
@NullMarked
package org.iommulab.backend.armsmmu;

import org.jspecify.annotations.NullMarked;
