/**
 * ARM's long-descriptor (LPAE) page tables, which several vendors' units share: what entries look like, and what Linux'
 * io-pgtable-arm does with them. A driver says which variant, which sizes of addresses and which quirks it has
 * ({@link org.iommulab.pagetable.lpae.LpaeConfig}) and gets a format, a page table and the values of the unit's registers.
 */
@NullMarked
package org.iommulab.pagetable.lpae;

import org.jspecify.annotations.NullMarked;
