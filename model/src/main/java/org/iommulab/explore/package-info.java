/**
 * Questions that take many runs: golden page-table cases, which callback breaks what, bisecting patches, comparing
 * kernels. Nothing here draws or prints.
 */
@NullMarked
package org.iommulab.explore;

import org.jspecify.annotations.NullMarked;
