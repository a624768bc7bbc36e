/**
 * MediaTek's second generation of multimedia memory management units (M4U), as {@code drivers/iommu/mtk_iommu.c}, {@code
 * drivers/memory/mtk-smi.c} and the hardware are. Which ports are translated is switched in the local arbiters (larbs) in
 * front of the unit, not in the unit. Layout and {@link org.iommulab.backend.mtk.MtkSoc}: bits, registers, and how the
 * SoCs differ. Unit: the M4U with its banks, its larbs. Driver: the callbacks, and the drivers of M4U and larbs; they
 * reach the hardware through registers, memory and interrupts only.
 */
@NullMarked
package org.iommulab.backend.mtk;

import org.jspecify.annotations.NullMarked;
