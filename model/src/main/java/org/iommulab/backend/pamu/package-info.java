/**
 * Freescale's Peripheral Access Management Unit of the QorIQ chips, as {@code drivers/iommu/fsl_pamu.c} and
 * {@code fsl_pamu_domain.c} and its hardware are: one window for each device number (LIODN) in a table in memory, and no
 * pages. Layout: bits and values, no behaviour. Unit: registers, the look-up of an access, violations. Driver: the
 * tables' memory, the interrupt and the callbacks. What the operation mapping table does (which transaction on the chip's
 * fabric a device's operation becomes) and cache stashing are left out.
 */
@NullMarked
package org.iommulab.backend.pamu;

import org.jspecify.annotations.NullMarked;
