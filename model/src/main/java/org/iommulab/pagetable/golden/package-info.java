/**
 * What a page-table format must offer so that golden cases (what the kernel's own code did) can be run against it. A
 * backend implements {@link org.iommulab.pagetable.golden.GoldenFormat} with its real table and its real register
 * sequences; reading the cases and comparing is done elsewhere, once for all.
 */
@NullMarked
package org.iommulab.pagetable.golden;

import org.jspecify.annotations.NullMarked;
