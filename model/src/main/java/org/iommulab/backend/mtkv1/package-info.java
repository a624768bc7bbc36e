/**
 * MediaTek's first M4U, of MT2701 and MT7623, as {@code drivers/iommu/mtk_iommu_v1.c} and its hardware are: one flat
 * table of 4 MiB and one address space for all masters. Which ports go through it is set beside it, in the SMI.
 */
@NullMarked
package org.iommulab.backend.mtkv1;

import org.jspecify.annotations.NullMarked;
