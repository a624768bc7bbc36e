/**
 * ARM SMMUv3: stream table and context descriptors in memory, a command queue and an event queue, and the driver
 * arm-smmu-v3 (drivers/iommu/arm/arm-smmu-v3). {@code SmmuV3Layout}, {@code SmmuV3Ste}, {@code SmmuV3Cd},
 * {@code SmmuV3Command}, {@code SmmuV3Event} and {@code SmmuV3Idr} are the bits that unit and driver share; page tables
 * are ARM's long descriptors.
 */
@NullMarked
package org.iommulab.backend.armsmmuv3;

import org.jspecify.annotations.NullMarked;
