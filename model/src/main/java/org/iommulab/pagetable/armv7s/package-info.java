/**
 * ARM's short-descriptor page tables, which the units of Qualcomm (MSM) and of MediaTek share: what entries look like, and
 * what Linux' io-pgtable-arm-v7s does with them. A driver says which sizes of addresses and which quirks it has
 * ({@link org.iommulab.pagetable.armv7s.ArmV7sConfig}) and gets a format, a page table and the values of its registers.
 */
@NullMarked
package org.iommulab.pagetable.armv7s;

import org.jspecify.annotations.NullMarked;
