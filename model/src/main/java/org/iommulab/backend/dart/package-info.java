/**
 * Apple's DART, as {@code drivers/iommu/io-pgtable-dart.c} and its hardware are: entries that say what is denied, one size
 * of pages, up to four top tables side by side. Layout: bits and values, no behaviour; the page table is the driver's.
 */
@NullMarked
package org.iommulab.backend.dart;

import org.jspecify.annotations.NullMarked;
